import { onBothStores } from '../../test/means/stores.js';
import { idempotencyContract } from './idempotency.contract.js';

onBothStores('An Idempotency-Key', idempotencyContract);
