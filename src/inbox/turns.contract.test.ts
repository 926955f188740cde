import { onBothStores } from '../../test/means/stores.js';
import { turnsContract } from './turns.contract.js';

onBothStores('turns', turnsContract);
