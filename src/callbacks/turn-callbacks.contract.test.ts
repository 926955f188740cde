import { onBothStores } from '../../test/means/stores.js';
import { turnCallbacksContract } from './turn-callbacks.contract.js';

onBothStores('Call-backs in turns', turnCallbacksContract);
