import { onBothStores } from '../../test/means/stores.js';
import { mediaContract } from './media.contract.js';

onBothStores('Files sent to a case', mediaContract);
