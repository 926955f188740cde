import { onBothStores } from '../../test/means/stores.js';
import { ratingsContract } from './ratings.contract.js';

onBothStores('Ratings', ratingsContract);
