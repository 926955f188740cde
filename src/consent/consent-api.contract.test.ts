import { onBothStores } from '../../test/means/stores.js';
import { consentApiContract } from './consent-api.contract.js';

onBothStores('Consent over HTTP', consentApiContract);
