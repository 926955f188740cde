import { onBothStores } from '../../test/means/stores.js';
import { messageApiContract } from './message-api.contract.js';

onBothStores('Messages over HTTP', messageApiContract);
