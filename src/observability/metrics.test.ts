import assert from 'node:assert/strict';
import { createMetrics } from './metrics.js';

const valueOf = (text: string, series: string): number | undefined => {
  const line = text.split('\n').find((one) => one.startsWith(`${series} `));
  return line === undefined ? undefined : Number(line.split(' ').at(-1));
};

describe('the metrics', () => {
  it('bear the names that outsiders rely on', async () => {
    const metrics = createMetrics();
    metrics.updates('message');
    metrics.updates('status', 3);
    metrics.answered(200);
    metrics.sends('accepted');
    metrics.inboundSeen(1_500);
    metrics.statusSeen(2_500);
    metrics.setDepths({ inboxDepth: 4, inboxOldestSeconds: 1.5, deadUpdates: 1, outbox: { queued: 7, unknown: 2 } });
    const text = await metrics.render();
    const expected: [string, number][] = [
      ['vestnik_updates_total{kind="message"}', 1],
      ['vestnik_updates_total{kind="status"}', 3],
      ['vestnik_webhook_answers_total{status="200"}', 1],
      ['vestnik_sends_total{class="accepted"}', 1],
      ['vestnik_inbox_depth', 4],
      ['vestnik_inbox_oldest_seconds', 1.5],
      ['vestnik_inbox_dead', 1],
      ['vestnik_outbox{state="queued"}', 7],
      ['vestnik_outbox{state="unknown"}', 2],
      ['vestnik_last_inbound_timestamp_seconds', 1.5],
      ['vestnik_last_status_timestamp_seconds', 2.5],
    ];
    for (const [series, value] of expected) assert.equal(valueOf(text, series), value, series);
    assert.match(metrics.contentType, /^text\/plain/);
  });

  it('show every outcome of a send before there is one', async () => {
    const text = await createMetrics().render();
    for (const outcome of ['accepted', 'notSent', 'rejected', 'unknown'])
      assert.equal(valueOf(text, `vestnik_sends_total{class="${outcome}"}`), 0, outcome);
  });

  it('show the last depths, not the sum of all', async () => {
    const metrics = createMetrics();
    const depths = { inboxDepth: 4, inboxOldestSeconds: 1, deadUpdates: 0, outbox: { queued: 7 } };
    metrics.setDepths(depths);
    metrics.setDepths({ ...depths, inboxDepth: 2, outbox: { queued: 0 } });
    const text = await metrics.render();
    assert.deepEqual([valueOf(text, 'vestnik_inbox_depth'), valueOf(text, 'vestnik_outbox{state="queued"}')], [2, 0]);
  });

  it('of two servers in one process are apart', async () => {
    const [one, other] = [createMetrics(), createMetrics()];
    one.updates('message');
    assert.equal(valueOf(await other.render(), 'vestnik_updates_total{kind="message"}'), undefined);
  });
});
