import winston from 'winston';

/** What may stand in a line of the log: our own ids, fixed words, numbers. No text of a message, name, phone number, wamid or token
 *  (DESIGN §4.11): a field is a string or a number that the caller chose, never an object of the outside world. */
export type LogFields = Readonly<Record<string, string | number | boolean>> & {
  readonly level?: never;
  readonly message?: never;
  readonly timestamp?: never;
};

/** ERROR means that a person must act now; what heals itself is WARN. */
export type Log = Record<'error' | 'warn' | 'info' | 'debug', (event: string, fields?: LogFields) => void>;

/** JSON lines on stderr, so that stdout stays for the few lines a human reads at the start. */
export function createLog(level: string, stream: NodeJS.WritableStream = process.stderr): Log {
  const logger = winston.createLogger({
    level,
    format: winston.format.combine(winston.format.timestamp(), winston.format.json()),
    transports: [new winston.transports.Stream({ stream })],
  });
  const write =
    (severity: keyof Log) =>
    (event: string, fields: LogFields = {}) =>
      void logger.log({ ...fields, level: severity, message: event });
  return { error: write('error'), warn: write('warn'), info: write('info'), debug: write('debug') };
}
