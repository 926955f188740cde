import { onBothStores } from '../../test/means/stores.js';
import { accountApiContract } from './account-api.contract.js';

onBothStores('The account over HTTP', accountApiContract);
