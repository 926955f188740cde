/** How a send goes wrong. `accepted` kinds reach the person although the caller may never learn it. */
export type FaultKind =
  | {
      readonly kind: 'error';
      readonly code: number;
      readonly httpStatus?: number | undefined;
      readonly details?: string | undefined;
      readonly retryAfterSeconds?: number | undefined;
    }
  | {
      readonly kind: 'http';
      readonly httpStatus: number;
      readonly body?: string | undefined;
      readonly accepted?: boolean | undefined;
      readonly retryAfterSeconds?: number | undefined;
    }
  | { readonly kind: 'timeout' }
  | { readonly kind: 'reset' }
  | { readonly kind: 'answerLost'; readonly by?: 'reset' | 'silence' | undefined }
  | { readonly kind: 'delay'; readonly ms: number }
  | { readonly kind: 'unreadable'; readonly body?: string | undefined }
  | { readonly kind: 'expiredToken' }
  | { readonly kind: 'failedLater'; readonly code: number; readonly details?: string | undefined };

export type Fault = FaultKind & {
  readonly id: string;
  /** sends it still applies to; null = until it is taken away */
  times: number | null;
  /** only sends to this person */
  readonly personId?: string | undefined;
  /** sends it was applied to so far */
  applied: number;
};

const MAX_FAULTS = 1_000;

/** Faults waiting to be applied, first made, first used. */
export class Faults {
  private list: Fault[] = [];
  private nextId = 1;

  all(): readonly Fault[] {
    return this.list;
  }

  /** @param times how many sends, null for all @returns the fault, or a sentence when there are too many */
  add(kind: FaultKind, times: number | null, personId?: string): Fault | string {
    if (this.list.length >= MAX_FAULTS) return `there are ${MAX_FAULTS} faults already, which is the most`;
    const fault: Fault = { ...kind, id: `f${this.nextId++}`, times, applied: 0, ...(personId ? { personId } : {}) };
    this.list.push(fault);
    return fault;
  }

  remove(id: string): boolean {
    const before = this.list.length;
    this.list = this.list.filter((fault) => fault.id !== id);
    return this.list.length < before;
  }

  clear(): void {
    this.list = [];
  }

  get waiting(): boolean {
    return this.list.length > 0;
  }

  /** Takes the fault of this send, if there is one. @param personId undefined when the send is to nobody known */
  take(personId: string | undefined): Fault | undefined {
    const fault = this.list.find((each) => each.personId === undefined || each.personId === personId);
    if (!fault) return undefined;
    fault.applied += 1;
    if (fault.times !== null && --fault.times <= 0) this.list = this.list.filter((each) => each !== fault);
    return fault;
  }
}
