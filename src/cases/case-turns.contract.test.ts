import { onBothStores } from '../../test/means/stores.js';
import { caseTurnsContract } from './case-turns.contract.js';

onBothStores('Cases in turns', caseTurnsContract);
