import { onBothStores } from '../../test/means/stores.js';
import { answerApiContract } from './answer-api.contract.js';

onBothStores('Answers over HTTP', answerApiContract);
