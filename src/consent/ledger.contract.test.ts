import { onBothStores } from '../../test/means/stores.js';
import { ledgerContract } from './ledger.contract.js';

onBothStores('Consent ledger', ledgerContract);
