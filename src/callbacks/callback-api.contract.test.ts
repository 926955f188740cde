import { onBothStores } from '../../test/means/stores.js';
import { callbackApiContract } from './callback-api.contract.js';

onBothStores('Call-backs over HTTP', callbackApiContract);
