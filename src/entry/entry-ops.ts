import type { ContactRow } from '../contacts/contact-tables.js';
import { audit } from '../operators/operator-tables.js';
import { insert, type Op } from '../storage/engine.js';
import type { EntryChange } from './entry-change.js';

/** Where somebody belongs, by the link that they came by: the link's site becomes theirs, so that notices about the site reach them. Pure. */

/** As many sites as a list may give somebody. Beyond that nobody lives: it is somebody who tries all posters. */
const MAX_SITES = 50;

/** Which site a link hangs at, by its code; without those that hang nowhere. */
export type EntrySites = ReadonlyMap<string, string>;

export type Came = { readonly sites: readonly string[]; readonly ops: readonly Op[] };

/** The person's sites after it, and the entries of the audit: what, when, and by which link. A site that they have already, in capitals or
 *  not, is no news. */
export function comeBy(
  { id, sites: before }: Pick<ContactRow, 'id' | 'sites'>,
  changes: readonly EntryChange[],
  known: EntrySites,
  newId: () => string,
): Came {
  let sites = before;
  const ops: Op[] = [];
  for (const { code, at } of changes) {
    const site = known.get(code);
    if (site === undefined || sites.length >= MAX_SITES || sites.some((one) => folded(one) === folded(site))) continue;
    const after = [...sites, site];
    ops.push(
      insert(audit, {
        ...{ id: newId(), at, operator: BY_THEMSELVES, action: 'contact.site', target: `contact:${id}`, contactId: id },
        ...{ before: { sites }, after: { sites: after, source: `link:${code}` } },
      }),
    );
    sites = after;
  }
  return { sites, ops };
}

/** Instead of an operator's id: the person did it. */
const BY_THEMSELVES = 'contact';

const folded = (text: string): string => text.trim().toLowerCase();
