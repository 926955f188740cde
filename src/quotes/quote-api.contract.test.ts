import { onBothStores } from '../../test/means/stores.js';
import { quoteApiContract } from './quote-api.contract.js';

onBothStores('Quotes over HTTP', quoteApiContract);
