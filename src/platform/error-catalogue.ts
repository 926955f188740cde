import type { SendReason } from './cloud-api.js';

/** What an error means for the message that got it. The letters are those of reference §9. It says *whether* a retry makes sense;
 *  *when* is decided by proof that nothing went out (see `classify-answer.ts`). */
export const ERROR_CLASSES = {
  R: 'retry', // with exponential back-off and jitter
  RL: 'retryLater', // only after a long wait
  PR: 'recipient', // permanent for this person until a new sign from them
  PM: 'message', // permanent for this message: fix it, do not send it as it is
  AS: 'stop', // stop this account, number or class of sends, and tell a human
  AU: 'access', // token or permission
  CF: 'configuration',
  I: 'information',
} as const;

export type ErrorClass = (typeof ERROR_CLASSES)[keyof typeof ERROR_CLASSES];

/** Whose sends the error concerns. */
export type ErrorScope = 'message' | 'person' | 'template' | 'number' | 'account';

/** What has to happen beside the message itself. */
export type ErrorEffect =
  | 'none'
  | 'slowPerson' // the pair rate: this person waits 4^n s, others do not
  | 'slowNumber'
  | 'pauseNumber'
  | 'pauseInitiated' // everything business-initiated stops, replies go on
  | 'pauseAccount'
  | 'closeWindow' // only a template may follow
  | 'stopMarketing' // the person said so to Meta: goes to the ledger
  | 'holdMarketing' // not this person, not now: at least 24 h
  | 'suspectPhone'
  | 'askForPhone' // this kind cannot go to a BSUID
  | 'holdTemplate' // until its status is APPROVED again
  | 'dropTemplate' // it needs a human and a new or mended template
  | 'alert';

export type KnownError = {
  readonly title: string;
  readonly class: ErrorClass;
  /** The platform refuses with this code before anything has an effect: the same send may be made again (reference §9.9). */
  readonly proofNothingSent: boolean;
  readonly scope: ErrorScope;
  readonly reason: SendReason;
  readonly effect: ErrorEffect;
};

type Row = readonly [
  code: number | readonly [from: number, to: number],
  title: string,
  letter: keyof typeof ERROR_CLASSES,
  scope: ErrorScope,
  reason: SendReason,
  effect: ErrorEffect,
];

const PROOF = new Set([130429, 131056, 4, 80007]);

/** Reference §9.1-§9.8, in its order. A code of two classes there has the one that counts for a send here. */
const ROWS: readonly Row[] = [
  // §9.1 auth, permission, integrity
  [0, 'token invalid or revoked', 'AU', 'account', 'token', 'pauseAccount'],
  [3, 'capability or permission missing', 'AU', 'account', 'permission', 'pauseAccount'],
  [10, 'permission denied', 'AU', 'account', 'permission', 'pauseAccount'],
  [190, 'token expired', 'AU', 'account', 'token', 'pauseAccount'],
  [[200, 299], 'API permission missing', 'AU', 'account', 'permission', 'pauseAccount'],
  [131005, 'access denied', 'AU', 'account', 'permission', 'pauseAccount'],
  [368, 'blocked for policy violations', 'AS', 'account', 'policy', 'pauseAccount'],
  [130497, 'may not message this country', 'PR', 'person', 'policy', 'none'],
  [131031, 'account locked', 'AS', 'account', 'policy', 'pauseAccount'],

  // §9.2 throttling
  [4, 'call rate of the app', 'R', 'number', 'rate', 'slowNumber'],
  [80007, 'rate of the business account', 'R', 'number', 'rate', 'slowNumber'],
  [130429, 'throughput of the number', 'R', 'number', 'rate', 'slowNumber'],
  [131048, 'spam limit of the number', 'AS', 'number', 'policy', 'pauseInitiated'],
  [131056, 'pair rate', 'R', 'person', 'pairRate', 'slowPerson'],
  [131064, 'limit reduced for category violations', 'AS', 'account', 'policy', 'pauseInitiated'],
  [133016, 'registration attempts', 'RL', 'number', 'rate', 'alert'],
  [613, 'calling limit', 'RL', 'number', 'rate', 'none'],
  [[138000, 138999], 'calling limit', 'RL', 'number', 'rate', 'none'],

  // §9.3 generic and request
  [1, 'unknown API error', 'R', 'message', 'other', 'none'],
  [2, 'service down', 'R', 'number', 'serverError', 'none'],
  [33, 'business number deleted', 'CF', 'number', 'configuration', 'pauseNumber'],
  [100, 'invalid parameter', 'PM', 'message', 'invalid', 'alert'],
  [131000, 'something went wrong', 'R', 'message', 'serverError', 'none'],
  [131008, 'parameter missing', 'PM', 'message', 'invalid', 'alert'],
  [131009, 'parameter value', 'PM', 'message', 'invalid', 'alert'],
  [131016, 'service unavailable', 'R', 'number', 'serverError', 'none'],
  [131021, 'sender is recipient', 'PM', 'person', 'invalid', 'none'],
  [131057, 'account in maintenance', 'R', 'number', 'serverError', 'none'],
  [135000, 'generic parameter error', 'PM', 'message', 'invalid', 'alert'],
  [2494100, 'maintenance mode', 'R', 'number', 'serverError', 'none'],
  [131059, 'paging cursor', 'I', 'message', 'invalid', 'none'], // start paging over

  // §9.4 delivery to the person
  [130403, 'we blocked this person', 'PR', 'person', 'undeliverable', 'none'],
  [130472, 'marketing experiment', 'RL', 'person', 'undeliverable', 'holdMarketing'],
  [131026, 'undeliverable', 'PR', 'person', 'undeliverable', 'suspectPhone'],
  [131030, 'not in the test list', 'CF', 'person', 'configuration', 'none'],
  [131047, 'window closed', 'PM', 'person', 'windowClosed', 'closeWindow'],
  [131049, 'withheld, enough marketing', 'RL', 'person', 'undeliverable', 'holdMarketing'],
  [131050, 'person stopped marketing', 'PR', 'person', 'stopped', 'stopMarketing'],
  [131062, 'not to a BSUID', 'PM', 'person', 'invalid', 'askForPhone'],
  [131063, 'marketing disabled on Cloud API', 'CF', 'account', 'configuration', 'alert'],
  [137000, 'identity mismatch', 'PR', 'person', 'undeliverable', 'none'],
  [131060, 'inbound content unavailable', 'I', 'message', 'other', 'none'],

  // §9.5 content, media
  [131051, 'message type not supported', 'PM', 'message', 'invalid', 'alert'],
  [131052, 'inbound media not downloadable', 'I', 'message', 'other', 'none'],
  [131053, 'outbound media upload', 'PM', 'message', 'invalid', 'alert'],
  [131055, 'method not allowed', 'PM', 'message', 'invalid', 'alert'],
  [130501, 'unsupported in groups', 'I', 'message', 'other', 'none'],

  // §9.6 templates and flows
  [132000, 'template parameter count', 'PM', 'template', 'template', 'dropTemplate'],
  [132001, 'template missing or not approved', 'CF', 'template', 'template', 'dropTemplate'],
  [132005, 'template text too long', 'PM', 'message', 'template', 'none'],
  [132007, 'template content policy', 'PM', 'template', 'template', 'dropTemplate'],
  [132008, 'template parameter malformed', 'PM', 'message', 'template', 'alert'],
  [132012, 'template parameter format', 'PM', 'template', 'template', 'dropTemplate'],
  [132015, 'template paused', 'RL', 'template', 'template', 'holdTemplate'],
  [132016, 'template disabled', 'CF', 'template', 'template', 'dropTemplate'],
  [132018, 'template parameters invalid', 'PM', 'message', 'template', 'alert'],
  [132068, 'flow blocked', 'CF', 'template', 'template', 'alert'],
  [132069, 'flow throttled', 'RL', 'template', 'template', 'holdTemplate'],
  [134011, 'payments terms not accepted', 'CF', 'account', 'configuration', 'alert'],
  [134100, 'only marketing here', 'PM', 'message', 'invalid', 'alert'],
  [134101, 'template still syncing', 'R', 'template', 'template', 'holdTemplate'],
  [134102, 'Marketing API unavailable', 'CF', 'account', 'configuration', 'alert'],
  [[139000, 139004], 'flow integrity or state', 'CF', 'template', 'configuration', 'alert'],
  [139200, 'Direct Send blocked', 'CF', 'account', 'configuration', 'alert'],
  [2388330, 'Direct Send', 'CF', 'account', 'configuration', 'alert'],
  [2388318, 'Direct Send', 'CF', 'account', 'configuration', 'alert'],
  [2388019, 'template count limit', 'CF', 'account', 'configuration', 'alert'],
  [2388040, 'template too long', 'PM', 'template', 'template', 'alert'],
  [2388047, 'template header format', 'PM', 'template', 'template', 'alert'],
  [2388072, 'template body format', 'PM', 'template', 'template', 'alert'],
  [2388073, 'template footer format', 'PM', 'template', 'template', 'alert'],
  [2388293, 'too many variables', 'PM', 'template', 'template', 'alert'],
  [2388299, 'variable at start or end', 'PM', 'template', 'template', 'alert'],
  [2388039, 'template content rejected', 'PM', 'template', 'template', 'alert'],
  [[200005, 200007], 'template insights', 'I', 'template', 'other', 'none'],

  // §9.7 number, registration, billing, migration
  [131037, 'display name not approved', 'CF', 'number', 'configuration', 'pauseNumber'],
  [131042, 'payment or eligibility', 'AS', 'account', 'policy', 'pauseAccount'],
  [131044, 'payment for calling', 'CF', 'account', 'configuration', 'alert'],
  [131045, 'registration or certificate', 'CF', 'number', 'configuration', 'pauseNumber'],
  [133000, 'deregistration incomplete', 'CF', 'number', 'configuration', 'pauseNumber'],
  [133004, 'server temporarily unavailable', 'R', 'number', 'serverError', 'none'],
  [133005, 'wrong PIN', 'CF', 'number', 'configuration', 'alert'],
  [133008, 'too many PIN guesses', 'CF', 'number', 'configuration', 'alert'],
  [133009, 'PIN guessed too fast', 'CF', 'number', 'configuration', 'alert'],
  [133006, 'number must be verified again', 'CF', 'number', 'configuration', 'pauseNumber'],
  [133010, 'number not registered', 'CF', 'number', 'configuration', 'pauseNumber'],
  [133015, 'number deleted recently', 'RL', 'number', 'configuration', 'alert'],
  [136024, 'verification state', 'CF', 'number', 'configuration', 'alert'],
  [2388001, 'number migration', 'CF', 'number', 'configuration', 'alert'],
  [2388012, 'number migration', 'CF', 'number', 'configuration', 'alert'],
  [2388091, 'number migration', 'CF', 'number', 'configuration', 'alert'],
  [2388093, 'number migration', 'CF', 'number', 'configuration', 'alert'],
  [2388103, 'number migration', 'CF', 'number', 'configuration', 'alert'],
  [1752041, 'onboarding already requested', 'I', 'account', 'other', 'none'],
  [2593079, 'ownership migration', 'CF', 'account', 'configuration', 'alert'],
  [2593085, 'ownership migration', 'CF', 'account', 'configuration', 'alert'],
  [[2593107, 2593109], 'coexistence sync', 'CF', 'number', 'configuration', 'alert'],
  [141002, 'health status detail', 'I', 'number', 'other', 'none'],

  // §9.8 groups, block list, user names
  [131020, 'invalid group', 'PM', 'message', 'invalid', 'none'],
  [131041, 'unknown group', 'PM', 'message', 'invalid', 'none'],
  [131201, 'group: partly done', 'I', 'message', 'other', 'none'],
  [[131202, 131206], 'group participants', 'PM', 'message', 'invalid', 'none'],
  [131207, 'groups suspended', 'AS', 'number', 'policy', 'alert'],
  [131208, 'group rate', 'R', 'number', 'rate', 'none'],
  [[131209, 131215], 'group request', 'PM', 'message', 'invalid', 'none'],
  [139100, 'block list: partly done', 'I', 'message', 'other', 'none'],
  [139101, 'block list full', 'CF', 'number', 'configuration', 'alert'],
  [139102, 'block list: changed meanwhile', 'R', 'message', 'other', 'none'],
  [139103, 'block list: internal', 'R', 'message', 'serverError', 'none'],
  [[147001, 147004], 'business user name', 'CF', 'number', 'configuration', 'none'],
];

const byCode = new Map<number, KnownError>();
const ranges: { from: number; to: number; error: KnownError }[] = [];

for (const [code, title, letter, scope, reason, effect] of ROWS) {
  const proofNothingSent = typeof code === 'number' && PROOF.has(code);
  const error: KnownError = { title, class: ERROR_CLASSES[letter], proofNothingSent, scope, reason, effect };
  if (typeof code === 'number') byCode.set(code, error);
  else ranges.push({ from: code[0], to: code[1], error });
}

/** Every code or range of codes that is described here, in the order of the reference. */
export const DESCRIBED_CODES: readonly (readonly [from: number, to: number])[] = ROWS.map(([code]) =>
  typeof code === 'number' ? [code, code] : code,
);

/** What we know of a code of Graph's or of a failed status; undefined when it is in no table of the reference. */
export const knownError = (code: number): KnownError | undefined =>
  byCode.get(code) ?? ranges.find(({ from, to }) => code >= from && code <= to)?.error;

/** The same for any code. One that nobody has described is worth a retry when the platform says that it passes or blames itself,
 *  else it is the message's fault and a human should look. Source: reference §9.9 */
export function errorOf(code: number, answer: { status?: number; isTransient?: boolean } = {}): KnownError {
  const known = knownError(code);
  if (known) return known;
  const passes = answer.isTransient === true || (answer.status ?? 0) >= 500;
  return {
    title: 'unknown code',
    class: passes ? 'retry' : 'message',
    proofNothingSent: false,
    scope: 'message',
    reason: passes ? 'serverError' : 'other',
    effect: passes ? 'none' : 'alert',
  };
}
