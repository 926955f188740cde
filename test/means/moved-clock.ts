// Importing this file moves the machine's time for this process, by as many ms as `TEST_CLOCK_OFFSET_MS` says: a journey crosses weeks by
// starting a server anew. What is measured (`performance.now`) runs on as it is, and so do timers.

const offsetMs = Number(process.env['TEST_CLOCK_OFFSET_MS'] ?? 0);

if (offsetMs !== 0) {
  const MachineDate = Date;
  class MovedDate extends MachineDate {
    constructor(...given: [] | [number | string | Date]) {
      if (given.length === 0) super(MachineDate.now() + offsetMs);
      // Whatever else a date is made of, up to seven numbers, is no business of the clock.
      else super(...(given as [number]));
    }
    static override now(): number {
      return MachineDate.now() + offsetMs;
    }
  }
  globalThis.Date = MovedDate as DateConstructor;
}
