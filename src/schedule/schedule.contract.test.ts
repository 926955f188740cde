import { onBothStores } from '../../test/means/stores.js';
import { scheduleContract } from './schedule.contract.js';

onBothStores('The schedule', scheduleContract);
