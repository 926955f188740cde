import { change, message, phone, user } from '../inbox/inbox.fixture.js';
import type { Update } from '../inbox/update.js';
import type { Sender } from './identity.js';

const MINUTE = 60_000;
const parent = (sender: Sender, parentUserId: string): Sender => ({ ...sender, parentUserId: parentUserId as never });

/** What happens, one after another, a minute apart; a name in front of a message is its words. Then who there is: each person with their
 *  standing identities, and whose words are whose. */
export type Story = {
  readonly title: string;
  readonly story: readonly ((at: number) => Update)[];
  readonly people: readonly { readonly has: readonly string[]; readonly said: readonly string[] }[];
};

const says =
  (sender: Sender, words: string, lateMinutes = 0) =>
  (at: number) =>
    message(sender, words, { at: at - lateMinutes * MINUTE });
const changes = (before: Sender, after: Sender) => (at: number) => change(before, after, at);

export const STORIES: readonly Story[] = [
  {
    title: 'a known phone with an unknown BSUID is the same person when they had no BSUID',
    story: [says(phone('7001'), 'a'), says(user('RU.1', '7001'), 'b'), says(user('RU.1'), 'c')],
    people: [{ has: ['phone:7001', 'userId:RU.1'], said: ['a', 'b', 'c'] }],
  },
  {
    title: 'a known phone with another BSUID was recycled: the new person has it, the old one keeps everything but it',
    story: [says(user('RU.1', '7001'), 'a'), says(user('RU.2', '7001'), 'b'), says(user('RU.1'), 'c')],
    people: [
      { has: ['userId:RU.1'], said: ['a', 'c'] },
      { has: ['phone:7001', 'userId:RU.2'], said: ['b'] },
    ],
  },
  {
    title: 'a person without a phone and one without a BSUID are one when a message bears both',
    story: [
      says(phone('7001'), 'a'),
      says(user('RU.1'), 'b'),
      says(user('RU.1', '7001'), 'c'),
      says(phone('7001'), 'd'),
    ],
    people: [{ has: ['phone:7001', 'userId:RU.1'], said: ['a', 'b', 'c', 'd'] }],
  },
  {
    title: 'a change of both that is announced first keeps the person',
    story: [
      says(user('RU.1', '7001'), 'a'),
      changes(user('RU.1', '7001'), user('RU.2', '7002')),
      says(user('RU.2', '7002'), 'b'),
    ],
    people: [{ has: ['phone:7002', 'userId:RU.2'], said: ['a', 'b'] }],
  },
  {
    title: 'a change that is announced after the first message under the new identity makes one person of two',
    story: [
      says(user('RU.1', '7001'), 'a'),
      says(user('RU.2', '7002'), 'b'),
      changes(user('RU.1'), user('RU.2')),
      says(user('RU.2'), 'c'),
    ],
    people: [{ has: ['phone:7002', 'userId:RU.2'], said: ['a', 'b', 'c'] }],
  },
  {
    title: 'a change of number is announced for people who are known by phone alone',
    story: [says(phone('7001'), 'a'), changes(phone('7001'), phone('7002')), says(phone('7002'), 'b')],
    people: [{ has: ['phone:7002'], said: ['a', 'b'] }],
  },
  {
    title: 'a number that was given up is a new person’s, though the old one was known by it alone',
    story: [
      says(phone('7001'), 'a'),
      changes(phone('7001'), phone('7002')),
      says(phone('7001'), 'b'),
      changes(phone('7001'), phone('7003')),
      says(phone('7001'), 'c'),
      says(phone('7002'), 'd'),
      says(phone('7003'), 'e'),
    ],
    people: [
      { has: ['phone:7002'], said: ['a', 'd'] },
      { has: ['phone:7003'], said: ['b', 'e'] },
      { has: ['phone:7001'], said: ['c'] },
    ],
  },
  {
    title: 'a late message under former identities is the person’s and changes nothing',
    story: [
      says(user('RU.1', '7001'), 'a'),
      changes(user('RU.1', '7001'), user('RU.2', '7002')),
      says(user('RU.1', '7001'), 'b', 5),
      says(phone('7001'), 'c', 5),
      says(user('RU.2'), 'd'),
    ],
    people: [{ has: ['phone:7002', 'userId:RU.2'], said: ['a', 'b', 'c', 'd'] }],
  },
  {
    title: 'a late message takes no number back that is somebody else’s by now',
    story: [says(user('RU.1', '7001'), 'a'), says(user('RU.2', '7001'), 'b'), says(user('RU.1', '7001'), 'c', 5)],
    people: [
      { has: ['userId:RU.1'], said: ['a', 'c'] },
      { has: ['phone:7001', 'userId:RU.2'], said: ['b'] },
    ],
  },
  {
    title: 'whoever writes under a former BSUID again has it again',
    story: [
      says(user('RU.1', '7001'), 'a'),
      changes(user('RU.1', '7001'), user('RU.2', '7002')),
      says(user('RU.1', '7001'), 'b'),
    ],
    people: [{ has: ['phone:7001', 'userId:RU.1'], said: ['a', 'b'] }],
  },
  {
    title: 'a chain of changes ends with the same person',
    story: [
      says(user('RU.1', '7001'), 'a'),
      changes(user('RU.1'), user('RU.2', '7002')),
      changes(user('RU.2'), user('RU.3', '7003')),
      says(user('RU.4', '7004'), 'b'),
      changes(user('RU.3'), user('RU.4')),
      says(user('RU.4'), 'c'),
    ],
    people: [{ has: ['phone:7004', 'userId:RU.4'], said: ['a', 'b', 'c'] }],
  },
  {
    title: 'two people who swap their numbers stay two',
    story: [
      says(user('RU.1', '7001'), 'a'),
      says(user('RU.2', '7002'), 'b'),
      changes(user('RU.1', '7001'), user('RU.3', '7002')),
      changes(user('RU.2', '7002'), user('RU.4', '7001')),
      says(user('RU.3', '7002'), 'c'),
      says(user('RU.4', '7001'), 'd'),
    ],
    people: [
      { has: ['phone:7002', 'userId:RU.3'], said: ['a', 'c'] },
      { has: ['phone:7001', 'userId:RU.4'], said: ['b', 'd'] },
    ],
  },
  {
    title: 'a parent BSUID finds the person when nothing else does',
    story: [
      says(parent(user('RU.1', '7001'), 'RU.ENT.1'), 'a'),
      says(parent(user('RU.2'), 'RU.ENT.1'), 'b'),
      changes(parent({}, 'RU.ENT.1'), phone('7002')),
    ],
    people: [{ has: ['parentUserId:RU.ENT.1', 'phone:7002', 'userId:RU.2'], said: ['a', 'b'] }],
  },
  {
    title: 'whoever takes two identities from one person takes both',
    story: [
      says(parent(user('RU.1', '7001'), 'RU.ENT.1'), 'a'),
      says(user('RU.2'), 'b'),
      says(parent(user('RU.2', '7001'), 'RU.ENT.1'), 'c'),
      says(user('RU.1'), 'd'),
    ],
    people: [
      { has: ['userId:RU.1'], said: ['a', 'd'] },
      { has: ['parentUserId:RU.ENT.1', 'phone:7001', 'userId:RU.2'], said: ['b', 'c'] },
    ],
  },
  {
    title: 'a change of somebody unknown makes nobody; of one whose new identity is known it adds what it says',
    story: [
      changes(user('RU.8', '7008'), user('RU.9', '7009')),
      says(phone('7001'), 'a'),
      changes(user('RU.1'), user('RU.2', '7001')),
    ],
    people: [{ has: ['phone:7001', 'userId:RU.2'], said: ['a'] }],
  },
];
