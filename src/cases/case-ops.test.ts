import assert from 'node:assert/strict';
import { insert, set } from '../storage/engine.js';
import { caseOps } from './case-ops.js';
import { cases, type CaseRow } from './case-table.js';

const ANN = 'ann' as never;
const STANDING: CaseRow = {
  id: 'case',
  phoneNumberId: '1000',
  contactId: ANN,
  state: 'waiting',
  reason: 'asked',
  openedAt: 5,
  promisedAt: 9,
  owner: null,
  repliedAt: null,
  closedAt: null,
  closedBy: null,
  version: 3,
};

describe('a case', () => {
  it('is opened waiting, with what was promised', () => {
    const change = { kind: 'case.open', caseId: 'case', reason: 'asked', at: 5, promisedAt: 9 } as const;
    assert.deepEqual(caseOps(change, ANN, '1000', undefined), [insert(cases, { ...STANDING, version: 1 })]);
  });

  it('is closed by whom and when, unless somebody changed it meanwhile', () => {
    const change = { kind: 'case.close', caseId: 'case', at: 7, by: 'person' } as const;
    assert.deepEqual(caseOps(change, ANN, '1000', STANDING), [
      set(cases, 'case', { state: 'closed', closedAt: 7, closedBy: 'person', version: 4 }, { version: 3 }),
    ]);
  });

  it('that is not the one that stands is left alone', () => {
    const change = { kind: 'case.close', caseId: 'another', at: 7, by: 'person' } as const;
    assert.deepEqual(caseOps(change, ANN, '1000', STANDING), []);
    assert.deepEqual(caseOps(change, ANN, '1000', undefined), []);
  });
});
