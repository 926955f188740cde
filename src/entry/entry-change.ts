/** Somebody came by a click-to-chat link of ours: they wrote its code. */
export type EntryChange = { readonly kind: 'entry.came'; readonly code: string; readonly at: number };
