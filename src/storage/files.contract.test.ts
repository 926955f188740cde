import { onBothStores } from '../../test/means/stores.js';
import { filesContract } from './files.contract.js';

onBothStores('Files', filesContract);
