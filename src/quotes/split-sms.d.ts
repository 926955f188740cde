/** The one call of `split-sms` that we make; the package has no types. */
declare module 'split-sms' {
  type Split = { readonly characterSet: 'GSM' | 'Unicode'; readonly parts: readonly unknown[] };
  const splitSms: { split(message: string, options: { readonly summary: boolean }): Split };
  export default splitSms;
}
