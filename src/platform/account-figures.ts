import type { Engine } from '../storage/engine.js';
import { countMessaged } from './messaging-limit.js';
import { numbers, type NumberRow } from './number-table.js';
import { templateStatuses, type TemplateStatusRow } from './template-table.js';
import { tierLimit } from './tier.js';

/** How the account stands with Meta: what `GET /health/account` and the metrics show. */
export type AccountFigures = {
  readonly number: NumberRow | undefined;
  /** People written to out of their window within the last 24 hours, and how many may be; `Infinity`: any number. */
  readonly tierUsed: number;
  readonly tierLimit: number;
  /** What is held back: the number, the notices, or one language of a template. */
  readonly paused: readonly { readonly what: string; readonly why: string; readonly since: number }[];
  /** Templates by their status at Meta. */
  readonly templates: Readonly<Record<string, number>>;
};

const MAX_TEMPLATES = 6_000;
/** Not there yet, or being looked at: that is no pause. */
const NO_PAUSE = new Set(['APPROVED', 'MISSING', 'PENDING', 'IN_APPEAL']);

/** @throws StoreUnavailable */
export async function readAccountFigures(
  engine: Engine,
  phoneNumberId: string | undefined,
  now: number,
): Promise<AccountFigures> {
  const [number, tierUsed, rows] = await Promise.all([
    phoneNumberId === undefined ? undefined : engine.get(numbers, phoneNumberId),
    countMessaged(engine, now),
    engine.find(templateStatuses, { where: {}, orderBy: [['id', 'asc']], limit: MAX_TEMPLATES }),
  ]);
  const templates: Record<string, number> = {};
  for (const { status } of rows) templates[status] = (templates[status] ?? 0) + 1;
  return {
    number,
    tierUsed,
    tierLimit: tierLimit(number?.tier),
    paused: [...(number?.paused ?? []), ...rows.filter(isHeld).map(pauseOf)],
    templates,
  };
}

const isHeld = ({ status }: TemplateStatusRow): boolean => !NO_PAUSE.has(status);

const pauseOf = ({ name, language, status, since }: TemplateStatusRow) => ({
  what: `template:${name}:${language}`,
  why: status,
  since,
});
