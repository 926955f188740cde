import { contacts, identities } from '../src/contacts/contact-tables.js';
import { identityKey, PhoneDigits, UserId, type Identity } from '../src/contacts/identity.js';
import { newContactRow } from '../src/contacts/new-contact-row.js';
import { personKeyOf } from '../src/contacts/person-key.js';
import { deriveKeys } from '../src/keys.js';
import { conversationId, conversations } from '../src/messages/message-tables.js';
import { slices, type Engine } from '../src/storage/engine.js';
import { timeId } from '../src/time-id.js';
import { ACCOUNT, SECRET_KEY } from './account.js';
import { isKnown, personPhone, personUserId } from './payloads.js';

const WROTE_BEFORE_MS = 26 * 3_600_000;

/** Fills a store with those people of the load who wrote before, the day before yesterday's evening: who has never written costs more. */
export async function seedPeople(engine: Engine, people: number): Promise<void> {
  const { pepper } = deriveKeys(SECRET_KEY);
  const at = Date.now() - WROTE_BEFORE_MS;
  const known = Array.from({ length: people }, (_, person) => person).filter(isKnown);
  for (const slice of slices(known, 500)) {
    const rows = slice.map((person) => {
      const list: Identity[] = [
        { kind: 'phone', value: personPhone(person) },
        { kind: 'userId', value: personUserId(person) },
      ];
      const personKey = personKeyOf(pepper, {
        phone: PhoneDigits.parse(personPhone(person)),
        userId: UserId.parse(personUserId(person)),
      });
      if (!personKey) throw new Error('somebody has no key');
      return { id: timeId(at) as never, personKey, name: `Person ${person}`, identities: list };
    });
    await engine.append(
      contacts,
      rows.map((row) => newContactRow({ ...row, language: 'ru', createdAt: at, version: 2 })),
    );
    await engine.append(
      identities,
      rows.flatMap(({ id, personKey, identities: list }) =>
        list.map((identity) => ({ id: identityKey(identity), contactId: id, personKey, former: false, since: at })),
      ),
    );
    await engine.append(
      conversations,
      rows.map(({ id, personKey }) => ({
        ...{ id: conversationId(ACCOUNT.phoneNumberId, personKey), phoneNumberId: ACCOUNT.phoneNumberId },
        ...{ personKey, contactId: id, lastInboundAt: at, version: 1 },
        session: {
          ...{ language: 'ru', languageFrom: 'words', dialog: { name: 'menu' }, misses: 0, greetedAt: at },
          ...{ lastInputAt: at, flood: { replyTimes: [at], quickTexts: 0 } },
        } as const,
      })),
    );
  }
}
