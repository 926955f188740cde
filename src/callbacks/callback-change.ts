/** When somebody is to be called, and where. */
export type Appointment = {
  /** Digits with the country code. */
  readonly phone: string;
  readonly startsAt: number;
  readonly endsAt: number;
  /** The zone in which the person was told the time. */
  readonly timeZone: string;
};

/** What a conversation may ask of `callbacks`. */
export type CallbackChange =
  | (Appointment & { readonly kind: 'callback.order'; readonly callbackId: string; readonly at: number })
  /** Another time or another number; one that is being dealt with is to be made again. */
  | (Appointment & { readonly kind: 'callback.move'; readonly callbackId: string; readonly at: number })
  | { readonly kind: 'callback.cancel'; readonly callbackId: string; readonly at: number };
