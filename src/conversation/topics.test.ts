import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { loadTexts } from '../load-texts.js';
import { CHOSEN_TOPICS } from './consent-view.js';
import { play, tap } from './play.js';
import { CONSENT_VERSIONS } from './topics.js';

const texts = loadTexts();

/** What people agreed to under each version: a version that is released never says anything else. */
const RELEASED: Record<string, string> = {
  'maintenance.1.ru': 'QmkMDdklQRazI8LH',
  'maintenance.1.en': 'q7sXAxuXLUQxFnLP',
  'news.1.ru': 'vK-lBJvyqQc7phl2',
  'news.1.en': 'sOAlISrUqDJqk2Bd',
  'offers.1.ru': 'SDNdG46Rnhz-sAhw',
  'offers.1.en': 'VD7emJP20-DmH130',
};

const sha = (text: string): string => createHash('sha256').update(text).digest('base64url').slice(0, 16);

describe('topics', () => {
  it('are shown on and off, and a tap turns one on or off', () => {
    play(texts, [
      {
        they: 'подписки',
        bot: /включая, вы соглашаетесь получать от компании Vestnik/,
        offers: ['in:maintenance:1.ru', 'in:news:1.ru', 'in:offers:1.ru', 'menu:open', 'menu:human'],
        changes: [],
      },
      {
        they: tap('in:news:1.ru'),
        bot: /Готово: новости включены/,
        offers: ['in:maintenance:1.ru', 'out:news', 'in:offers:1.ru', 'stop:all', 'menu:open', 'menu:human'],
        changes: ['consent.optIn'],
      },
      { they: tap('out:news'), bot: /Готово: новостей больше не будет/, changes: ['consent.stop'] },
      { they: tap('stop:all'), bot: /рассылок/, changes: ['consent.stopAll'] },
    ]);
  });

  it('are shown in English, too, from the menu', () => {
    play(texts, [
      { they: 'hello' },
      { they: tap('menu:topics'), bot: /you agree to receive news from Vestnik on WhatsApp/ },
      { they: tap('in:offers:1.en'), bot: /offers and promotions are on/, changes: ['consent.optIn'] },
      {
        they: 'my subscriptions',
        offers: ['in:maintenance:1.en', 'in:news:1.en', 'out:offers', 'stop:all', 'menu:open', 'menu:human'],
      },
      { they: tap('out:offers'), bot: /no more offers and promotions/, changes: ['consent.stop'] },
    ]);
  });

  it('are agreed to with the version and the language of the sentence that was shown', () => {
    const { turns } = play(texts, [{ they: tap('in:news:1.en') }]);
    const [change] = turns[0]?.changes ?? [];
    assert.ok(change?.kind === 'consent.optIn');
    assert.deepEqual([change.topic, change.wording], ['news', 'news.1.en']);
  });

  it('are turned on under a sentence that is shown whole, whatever the company is called', () => {
    for (const language of ['ru', 'en'] as const) {
      const companyName = 'К'.repeat(60);
      const { turns } = play(texts, [{ they: language === 'ru' ? 'привет' : 'hello' }, { they: tap('menu:topics') }], {
        companyName,
      });
      const content = turns[1]?.replies[0]?.content;
      assert.ok(content?.type === 'list');
      for (const topic of CHOSEN_TOPICS)
        assert.ok(
          content.body.includes(texts.say(language, `consent.${topic}`, { company: companyName })),
          content.body,
        );
    }
  });

  it('have sentences that name the company and never change under one version', () => {
    for (const topic of CHOSEN_TOPICS)
      for (const language of ['ru', 'en'] as const) {
        const sentence = texts.say(language, `consent.${topic}`, { company: 'COMPANY' });
        assert.match(sentence, /COMPANY.*WhatsApp/);
        const version = `${topic}.${CONSENT_VERSIONS[topic]}.${language}`;
        assert.equal(sha(sentence), RELEASED[version], `${version} says something new: give it another version`);
      }
  });
});
