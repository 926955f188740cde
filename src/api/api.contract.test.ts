import { onBothStores } from '../../test/means/stores.js';
import { apiContract } from './api.contract.js';

onBothStores('The API', apiContract);
