import { IS_USABLE } from '../../platform/template-status.js';
import { templateKey, templateStatuses } from '../../platform/template-table.js';
import { slices, type Engine } from '../../storage/engine.js';
import type { TemplateKey, TemplateStanding } from '../wordings.js';

/** How templates stand at Meta, by what its webhooks and the last listing said; one that nobody has spoken of is not usable.
 *  @returns in the order of the keys @throws StoreUnavailable */
export const readStanding =
  (engine: Engine) =>
  async (keys: readonly TemplateKey[]): Promise<readonly TemplateStanding[]> => {
    const ids = keys.map(({ name, language }) => templateKey(name, language));
    const found = await Promise.all(
      [...slices([...new Set(ids)])].map((slice) => engine.getMany(templateStatuses, slice)),
    );
    const rows = new Map(found.flat().map((row) => [row.id, row]));
    return keys.map((key, at): TemplateStanding => {
      const row = rows.get(ids[at] ?? '');
      return { ...key, usable: row?.status === IS_USABLE, category: row?.category?.toLowerCase() ?? null };
    });
  };
