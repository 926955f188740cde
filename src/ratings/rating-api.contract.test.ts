import { onBothStores } from '../../test/means/stores.js';
import { ratingApiContract } from './rating-api.contract.js';

onBothStores('Ratings over HTTP', ratingApiContract);
