import assert from 'node:assert/strict';
import { Agenda } from './agenda.js';
import { Clock } from './clock.js';

const HOUR_MS = 60 * 60 * 1000;

describe('what happens by itself later', () => {
  let clock: Clock;
  let agenda: Agenda;
  let done: string[];
  const move = (byMs: number) => {
    clock.setOffset(clock.offset + byMs);
    agenda.moved(byMs);
  };
  beforeEach(() => {
    clock = new Clock();
    agenda = new Agenda(clock);
    done = [];
  });
  afterEach(() => agenda.clear());

  it('happens when the clock is moved forward to it, in the order of the times it was due', () => {
    agenda.after(6 * HOUR_MS, () => done.push('look'));
    agenda.after(HOUR_MS, () => done.push('review'));
    move(HOUR_MS / 2);
    assert.deepEqual(done, []);
    move(7 * HOUR_MS);
    assert.deepEqual(done, ['review', 'look']);
  });

  it('is as far off as before when the clock is moved back, however far', () => {
    agenda.after(6 * HOUR_MS, () => done.push('look'));
    move(-1_000 * HOUR_MS);
    move(5 * HOUR_MS);
    assert.deepEqual(done, []);
    move(HOUR_MS + 1_000);
    assert.deepEqual(done, ['look']);
  });
});
