import { onBothStores } from '../../test/means/stores.js';
import { runningContract } from './running.contract.js';

onBothStores('Notices that run', runningContract);
