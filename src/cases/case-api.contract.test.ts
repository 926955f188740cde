import { onBothStores } from '../../test/means/stores.js';
import { caseApiContract } from './case-api.contract.js';

onBothStores('Cases over HTTP', caseApiContract);
