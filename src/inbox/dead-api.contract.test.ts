import { onBothStores } from '../../test/means/stores.js';
import { deadApiContract } from './dead-api.contract.js';

onBothStores('Dead updates over HTTP', deadApiContract);
