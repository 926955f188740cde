import { onBothStores } from '../../test/means/stores.js';
import { turnFaultsContract } from './turn-faults.contract.js';

onBothStores('turns that fail', turnFaultsContract);
