import type { Language } from '../conversation/session.js';
import { insert, type Op } from '../storage/engine.js';
import { erasures } from './erasure-table.js';
import type { ContactId } from './identity.js';

/** What a turn decides: the person has confirmed that everything goes. */
export type ErasureChange = { readonly kind: 'data.erase'; readonly at: number };

/** The erasure as a row of its own: it is carried out beside the turns (erasures.ts), and asked for once however often it is confirmed. */
export const erasureOp = (
  { at }: ErasureChange,
  {
    contactId,
    phoneNumberId,
    language,
    sayUntil,
  }: {
    readonly contactId: ContactId;
    readonly phoneNumberId: string;
    readonly language: Language;
    /** The end of the customer service window. */
    readonly sayUntil: number;
  },
): Op =>
  insert(
    erasures,
    {
      id: contactId,
      state: 'asked',
      askedAt: at,
      byPerson: true,
      person: null,
      phoneNumberId,
      personKey: null,
      language,
      sayUntil,
      to: null,
      outboxId: null,
    },
    'keep',
  );
