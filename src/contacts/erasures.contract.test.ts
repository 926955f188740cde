import { onBothStores } from '../../test/means/stores.js';
import { erasuresContract } from './erasures.contract.js';
onBothStores('Erasures', erasuresContract);
