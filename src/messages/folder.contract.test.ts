import { onBothStores } from '../../test/means/stores.js';
import { folderContract } from './folder.contract.js';

onBothStores('status events', folderContract);
