import { onBothStores } from '../../test/means/stores.js';
import { contactApiContract } from './contact-api.contract.js';

onBothStores('Contacts', contactApiContract);
