import type { Journey } from './journey.js';
import { callBack } from './journeys/call-back.js';
import { human } from './journeys/human.js';
import { myData } from './journeys/my-data.js';
import { notice } from './journeys/notice.js';
import { number } from './journeys/number.js';
import { price } from './journeys/price.js';
import { stars } from './journeys/stars.js';
import { talk } from './journeys/talk.js';
import { topics } from './journeys/topics.js';

/** Everything that people come for, each by itself. */
export const JOURNEYS: readonly Journey[] = [talk, callBack, price, stars, topics, myData, human, notice, number];
