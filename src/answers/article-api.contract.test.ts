import { onBothStores } from '../../test/means/stores.js';
import { articleApiContract } from './article-api.contract.js';

onBothStores('Articles over HTTP', articleApiContract);
