import type { Article } from './article.js';

const lines = (text: string) => text.trim().split(/\s*\n\s*/);
const article = (id: string, ru: string, en: string): Article => ({
  id,
  chips: [],
  ru: { title: id, short: id, long: id, samples: lines(ru) },
  en: { title: id, short: id, long: id, samples: lines(en) },
});

/** Four small articles: enough to learn from in a moment. */
export const FOUR_ARTICLES: readonly Article[] = [
  article(
    'opt-out',
    `как отписаться
     отпишите меня от рассылки
     не хочу получать рассылку
     отмените подписку
     как отказаться от рассылки`,
    `how do I unsubscribe
     unsubscribe me from the mailing
     I do not want the mailing
     cancel my subscription
     how to opt out of the mailing`,
  ),
  article(
    'rate-message',
    `как оценить сообщение
     хочу поставить звёзды
     где поставить оценку сообщению
     как оставить отзыв о сообщении
     кнопка оценить`,
    `how do I rate a message
     I want to give stars
     where do I rate the message
     how to leave feedback on a message
     the rate button`,
  ),
  article(
    'mailing-price',
    `сколько стоит смс
     какая цена рассылки
     стоимость тысячи смс
     рассчитать стоимость рассылки
     тарифы на смс`,
    `how much is an sms
     what is the price of a mailing
     cost of a thousand sms
     calculate the cost of a mailing
     sms rates`,
  ),
  article(
    'delete-data',
    `удалите мои данные
     сотрите всё обо мне
     как удалить мои персональные данные
     удалите мой аккаунт
     хочу стереть переписку`,
    `delete my data
     erase everything about me
     how do I delete my personal data
     delete my account
     I want to erase the conversation`,
  ),
];
