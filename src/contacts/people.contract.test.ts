import { onBothStores } from '../../test/means/stores.js';
import { peopleContract } from './people.contract.js';

onBothStores('who is who', peopleContract);
