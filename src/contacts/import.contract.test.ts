import { onBothStores } from '../../test/means/stores.js';
import { importContract } from './import.contract.js';

onBothStores('An import', importContract);
