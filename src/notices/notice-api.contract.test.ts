import { onBothStores } from '../../test/means/stores.js';
import { noticeApiContract } from './notice-api.contract.js';

onBothStores('Notices over HTTP', noticeApiContract);
