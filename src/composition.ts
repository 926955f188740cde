import { articleMigrations, articles, articleSet } from './answers/article-tables.js';
import { answerMigrations, unanswered, unansweredTimes } from './answers/unanswered-table.js';
import { apiMigrations, idempotency } from './api/idempotency-table.js';
import { callbackMigrations, callbacks } from './callbacks/callback-table.js';
import { caseMigrations, caseNotes, cases } from './cases/case-table.js';
import { consentMigrations, consentTables } from './consent/consent-tables.js';
import { aliases, contactMigrations, contacts, identities } from './contacts/contact-tables.js';
import { erasureMigrations, erasures } from './contacts/erasure-table.js';
import { deliveryMigrations, outbox } from './delivery/outbox-table.js';
import { entryLinks, entryMigrations } from './entry/entry-table.js';
import { inbox, inboxMigrations } from './inbox/inbox-tables.js';
import { workerMigrations, workers } from './inbox/partitions.js';
import { media, mediaMigrations } from './media/media-table.js';
import { conversations, inboundMessages, messageMigrations, statusEvents } from './messages/message-tables.js';
import { noticeMigrations, noticeTables } from './notices/notice-tables.js';
import { audit, operatorMigrations, operators } from './operators/operator-tables.js';
import { messagedPeople, messagingLimitMigrations } from './platform/messaging-limit.js';
import { numbers, platformMigrations } from './platform/number-table.js';
import { ratingMigrations, ratingTables } from './ratings/rating-tables.js';
import { due, scheduleMigrations } from './schedule/due-table.js';
import { templateMigrations, templateStatuses } from './platform/template-table.js';
import { meta, storageMigrations } from './storage/meta-table.js';
import type { AnyTable, Migration } from './storage/table.js';

/** All tables of the house: what erase, export, purge and transfer run over. */
export const tables: readonly AnyTable[] = [
  meta,
  numbers,
  templateStatuses,
  messagedPeople,
  entryLinks,
  contacts,
  identities,
  aliases,
  erasures,
  inbox,
  workers,
  inboundMessages,
  conversations,
  statusEvents,
  outbox,
  cases,
  callbacks,
  caseNotes,
  media,
  due,
  unanswered,
  unansweredTimes,
  articles,
  articleSet,
  ...noticeTables,
  operators,
  audit,
  idempotency,
  ...consentTables,
  ...ratingTables,
];

/** All migrations, in the order they are applied in. */
export const migrations: readonly Migration[] = [
  ...storageMigrations,
  ...platformMigrations,
  ...contactMigrations,
  ...inboxMigrations,
  ...workerMigrations,
  ...messageMigrations,
  ...deliveryMigrations,
  ...caseMigrations,
  ...scheduleMigrations,
  ...mediaMigrations,
  ...answerMigrations,
  ...operatorMigrations,
  ...apiMigrations,
  ...consentMigrations,
  ...ratingMigrations,
  ...callbackMigrations,
  ...erasureMigrations,
  ...articleMigrations,
  ...noticeMigrations,
  ...templateMigrations,
  ...messagingLimitMigrations,
  ...entryMigrations,
];
