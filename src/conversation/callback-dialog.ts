/** What is known so far, and what is asked next. `changes`: the id of the call-back that is to be changed; without it a new one is
 *  ordered. Numbers are digits with the country code, days those of the person's calendar, `YYYY-MM-DD`. */
export type CallbackDialog = { readonly name: 'callback'; readonly changes?: string } &
  /** `keep`: the time that was chosen before the number is changed. */
  (
    | { readonly step: 'number'; readonly keep?: number }
    | { readonly step: 'day'; readonly phone: string }
    /** `from`: of the day's times those from then on are shown, ms. */
    | { readonly step: 'time'; readonly phone: string; readonly day: string; readonly from?: number }
    | { readonly step: 'confirm'; readonly phone: string; readonly day: string; readonly startsAt: number }
    /** The call-back that is ordered was shown. */
    | { readonly step: 'ordered' }
  );

export const CALLBACK_QUESTIONS = ['number', 'day', 'time'] as const satisfies readonly CallbackDialog['step'][];
export type CallbackQuestion = (typeof CALLBACK_QUESTIONS)[number];
export type CallbackAt<Step extends CallbackDialog['step']> = Extract<CallbackDialog, { readonly step: Step }>;
export type Unordered = Exclude<CallbackDialog, { readonly step: 'ordered' }>;

/** The dialog as it was when `question` was asked: what was answered before stays, what came after is dropped.
 *  @returns undefined if it has not come so far */
export function askedAgain(dialog: CallbackDialog, question: CallbackQuestion): Unordered | undefined {
  if (dialog.step === 'ordered') return undefined;
  const common = { name: 'callback' as const, ...(dialog.changes !== undefined && { changes: dialog.changes }) };
  if (question === 'number')
    return { ...common, step: question, ...(dialog.step === 'confirm' && { keep: dialog.startsAt }) };
  if (dialog.step === 'number') return undefined;
  const { phone } = dialog;
  if (question === 'day') return { ...common, step: question, phone };
  return dialog.step === 'day' ? undefined : { ...common, step: question, phone, day: dialog.day };
}

/** The question before the one the dialog stands at; undefined before the first. */
export function questionBefore({ step }: Unordered): CallbackQuestion | undefined {
  switch (step) {
    case 'number':
      return undefined;
    case 'day':
      return 'number';
    case 'time':
      return 'day';
    case 'confirm':
      return 'time';
  }
}
