import { onBothStores } from '../../test/means/stores.js';
import { inboxContract } from './inbox.contract.js';

onBothStores('the inbox', inboxContract);
