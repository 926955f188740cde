import { onBothStores } from '../../test/means/stores.js';
import { knownNoticesContract } from './live-notices.contract.js';

onBothStores('What others know of the notices', knownNoticesContract);
