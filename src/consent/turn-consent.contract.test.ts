import { onBothStores } from '../../test/means/stores.js';
import { turnConsentContract } from './turn-consent.contract.js';

onBothStores('Consent in turns', turnConsentContract);
