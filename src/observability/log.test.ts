import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { createLog, type LogFields } from './log.js';

const logged = async (level: string, write: (log: ReturnType<typeof createLog>) => void): Promise<string[]> => {
  const stream = new PassThrough();
  write(createLog(level, stream));
  await new Promise((resolve) => setImmediate(resolve));
  return ((stream.read() as Buffer | null)?.toString() ?? '').split('\n').filter(Boolean);
};

describe('the log', () => {
  it('is a line of JSON for each event, with its time and what it is about', async () => {
    const [line, ...others] = await logged('info', (log) =>
      log.warn('turn.failed', { row: 'r1', tries: 2, last: false }),
    );
    const { timestamp, ...rest } = JSON.parse(line ?? '') as Record<string, unknown>;
    assert.deepEqual(rest, { level: 'warn', message: 'turn.failed', row: 'r1', tries: 2, last: false });
    assert.ok(!Number.isNaN(Date.parse(String(timestamp))));
    assert.deepEqual(others, []);
  });

  it('stays one line whatever stands in a field', async () => {
    const lines = await logged('info', (log) => log.info('event', { text: 'one\ntwo\r\u2028"three"' }));
    assert.equal(lines.length, 1);
    assert.equal((JSON.parse(lines[0] ?? '') as { text: string }).text, 'one\ntwo\r\u2028"three"');
  });

  it('leaves out what is below its level', async () => {
    const lines = await logged('warn', (log) => {
      log.debug('a');
      log.info('b');
      log.warn('c');
      log.error('d');
    });
    assert.deepEqual(
      lines.map((line) => (JSON.parse(line) as { message: string }).message),
      ['c', 'd'],
    );
  });

  it('takes words and numbers only: an object of the outside world does not compile, nor a field that would hide the event', async () => {
    const ids: LogFields = { row: 'r1' };
    // @ts-expect-error -- an error may quote a message
    const error: LogFields = { error: new Error('canary') };
    // @ts-expect-error -- an update holds names and numbers
    const update: LogFields = { update: { sender: { phone: '79160000001' } } };
    // @ts-expect-error -- the event's name stands there
    const hidden: LogFields = { message: 'canary', level: 'debug' };
    assert.ok(ids && error && update);
    const [line] = await logged('info', (log) => log.info('event', hidden));
    assert.equal((JSON.parse(line ?? '') as { message: string }).message, 'event');
  });
});
