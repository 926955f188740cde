import type { Language } from './session.js';

/* The words by which intents.ts knows what is asked of the bot itself, all as `comparable` (spelling.ts) leaves them. */

const lines = (text: string): readonly string[] => text.trim().split(/\s*\n\s*/);
const set = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

export const STOP = lines(`
  стоп
  stop
  стоп рассылка
  стоп рассылке
  не надо писать
  не надо мне писать
  не надо мне ничего присылать
  stop all
  stopall
  отписаться
  отписка
  отпишите
  отпишите меня
  отписать меня
  хочу отписаться
  отписаться от рассылки
  отписаться от всего
  удалите из рассылки
  удалите меня из рассылки
  уберите из рассылки
  уберите меня из рассылки
  не пишите
  не пишите мне
  не пишите больше
  не пишите мне больше
  больше не пишите
  больше не пишите мне
  больше мне не пишите
  не присылайте
  не присылайте мне ничего
  ничего не присылайте
  больше ничего не присылайте
  хватит писать
  хватит мне писать
  прекратите писать
  прекратите рассылку
  otpisatsya
  unsubscribe
  unsubscribe me
  i want to unsubscribe
  opt out
  optout
  stop messaging me
  stop texting me
  stop writing to me
  stop sending me messages
  stop sending messages
  dont write to me
  dont message me
  dont text me
  do not message me
  do not write to me
  do not contact me
  no more messages
  remove me from the list
  remove me from your list
  take me off the list
  take me off your list`);

/** Words of somebody who has had enough, and of what: both together may mean a stop. */
export const HAD_ENOUGH =
  /^(хватит|прекрат\p{L}*|перестан\p{L}*|надоел\p{L}*|достал\p{L}*|устал\p{L}*|задолбал\p{L}*|убер\p{L}*|отключ\p{L}*|останов\p{L}*|остановить|откаж\p{L}*|отказ\p{L}*|отпис\p{L}*|отмен\p{L}*|отстан\p{L}*|stop|quit|enough|tired|sick|cancel|unsubscribe|annoying|disable)$/u;
export const OF_MESSAGES =
  /^(рассыл\p{L}*|реклам\p{L}*|сообщени\p{L}*|уведомлени\p{L}*|оповещени\p{L}*|спам\p{L}*|смс|подписк\p{L}*|новост\p{L}*|предложени\p{L}*|писать|пишете|слать|шлете|присылать|присылаете|messages?|messaging|texts?|texting|ads?|advertising|spam|spamming|newsletters?|notices?|notifications?|subscriptions?|mailings?)$/u;
export const HAD_ENOUGH_PHRASES = lines(`
  хватит
  надоели
  надоело
  достали
  отстаньте
  отвяжитесь
  не беспокойте
  не беспокойте меня
  не хочу получать
  не хочу ничего получать
  больше не хочу получать
  не хочу больше получать
  мне это не нужно
  мне это не интересно
  это спам
  спам
  spam
  enough
  leave me alone
  go away
  i dont want these
  i do not want these
  i dont want this
  not interested
  this is spam`);

export const TOPIC_LIST = lines(`
  подписки
  подписка
  мои подписки
  покажи подписки
  управление подписками
  настройки подписок
  настройка подписок
  настройки рассылок
  настройки рассылки
  темы рассылок
  рассылки
  подписаться
  хочу подписаться
  подписаться на рассылку
  подпишите меня
  podpiski
  subscriptions
  my subscriptions
  show subscriptions
  manage subscriptions
  subscription settings
  notification settings
  preferences
  my preferences
  topics
  subscribe
  subscribe me
  i want to subscribe`);

export const MY_DATA = lines(`
  мои данные
  мои персональные данные
  покажи мои данные
  покажите мои данные
  пришлите мои данные
  выгрузите мои данные
  что вы знаете обо мне
  что вы обо мне знаете
  что ты знаешь обо мне
  что ты обо мне знаешь
  что вы знаете про меня
  что вы про меня знаете
  какие мои данные вы храните
  какие данные обо мне вы храните
  что вы обо мне храните
  my data
  my personal data
  show my data
  show me my data
  send me my data
  export my data
  download my data
  what do you know about me
  what you know about me
  which of my data do you keep
  what data do you have about me
  what do you have on me
  moi dannye
  chto vy obo mne znaete`);

/** Plain commands only: a confirmation is asked for all the same. */
export const DELETE_DATA = lines(`
  удалите все мои данные
  удали все мои данные
  удалите мои данные
  удали мои данные
  удалить мои данные
  удалить все мои данные
  удалите мои персональные данные
  удалить мои персональные данные
  хочу удалить свои данные
  хочу удалить мои данные
  сотрите мои данные
  сотрите все мои данные
  сотри мои данные
  стереть мои данные
  удалите все обо мне
  удалите все что знаете обо мне
  сотрите все обо мне
  забудьте меня
  забудьте обо мне
  забудь меня
  забудь обо мне
  delete everything
  delete everything about me
  delete all my data
  delete my data
  delete my personal data
  delete all data about me
  erase everything
  erase everything about me
  erase my data
  erase all my data
  remove my data
  remove all my data
  i want to delete my data
  forget me
  forget about me
  udalite moi dannye
  udalite vse moi dannye`);

export const HUMAN = lines(`
  оператор
  оператора
  оператору
  человек
  человека
  живой человек
  живого человека
  живой оператор
  сотрудник
  менеджер
  менеджера
  консультант
  консультанта
  специалист
  специалиста
  кто нибудь живой
  есть кто живой
  представитель
  представителя
  поддержка
  поддержку
  техподдержка
  служба поддержки
  operator
  human
  a human
  agent
  an agent
  live agent
  real person
  real human
  a person
  support
  support team
  customer care
  a real person
  live person
  human agent
  representative
  customer service
  customer support
  manager
  chelovek
  zhivoy chelovek`);

// Words for a human in the forms in which they are asked for.
export const HUMAN_NOUN =
  /^(оператор(а|ом|у)?|человек(а|ом|у)?|людьми|сотрудник(а|ом|у)?|представител(ь|я|ем|ю)|поддержк(а|у|ой)|кем|support|менеджер(а|ом|у)?|консультант(а|ом|у)?|специалист(а|ом|у)?|operator(a|om|u)?|human|humans|person|agent|representative|manager|someone|somebody|chelovek(a|om)?)$/;
// "Соедините": asks for a human in a message of any reasonable length. "Нужен": only in a short one.
export const CALL_STRONG = set(`
  позови позовите позвать соедини соедините соединить переключи переключите переключить переведи переведите поговорить пообщаться связаться
  свяжи свяжите talk speak speaking connect transfer chat soedinite pozovite pogovorit`);
export const CALL_WEAK = set(
  'чат бы нужен нужна дай дайте хочу можно требую пригласите want need get give call nuzhen hochu',
);
// A person who is talked to is one of ours; "можно ли послать одному человеку" is not about one.
export const PLAIN_PERSON = set('человек человека человеку кем person someone somebody humans людьми');
/** "Живой", "real": nobody says it of anything but a human instead of a bot. */
export const LIVING = set('живой живого живому живым real live');
export const NEGATION = set('не нет no not dont doesnt without без ни');
export const MOST_WORDS_STRONG = 12;
export const MOST_WORDS_WEAK = 5;

/** The words of the button under a confirmed stop, and how people type it. "Отменить" alone may mean anything, and is not among them
 *  (cancel.ts): what was stopped comes back by a plain word only. */
export const TAKE_BACK = lines(`
  вернуть
  верните
  верни
  вернуть как было
  верните как было
  верни как было
  верните все как было
  верните подписки
  верни подписки
  отменить отписку
  отмените отписку
  отмени отписку
  undo
  undo it
  undo that
  take it back
  bring it back
  put it back
  undo stop
  undo the stop`);

export const MENU = lines(`
  меню
  menu
  главное меню
  в меню
  в главное меню
  открой меню
  покажи меню
  меню бота
  вернуться в меню
  main menu
  open menu
  open the menu
  show menu
  show the menu
  back to menu
  back to the menu
  menyu`);

export const ABOUT = lines(`
  что ты умеешь
  что вы умеете
  что умеешь
  что умеет бот
  чем ты можешь помочь
  чем можешь помочь
  чем вы можете помочь
  помощь
  помоги
  помогите
  help
  help me
  what can you do
  what do you do
  how can you help
  how can you help me
  who are you
  кто ты
  кто вы
  ты кто
  ты бот
  это бот
  are you a bot
  is this a bot`);

/** A call of ours is asked for. */
export const CALL_ME = new RegExp(
  [
    '(^| )(пере|со)звони(те|м|мся|ть)?( |$)',
    '(^| )(по)?звони(те|ть)? (мне|нам)( |$)',
    '^(по)?звони(те)?( (завтра|послезавтра|сегодня|позже|утром|вечером|днем|после .+|в .+|на .*\\d.+|\\d+ .+)( .+)?)?$',
    '(^| )(мне|нам) (по|пере)звони(те|ть|ли)?( |$)',
    '(^| )(пусть|чтобы)( .+)? (по|пере)звон(ит|ят|или)( |$)',
    '(^| )(наберите|набери|звякните|звякни) (мне|меня|нам)( |$)',
    '(^| )(закаж(и|ите|у)|заказать|оформи|оформите|оформить|хочу|хотел бы|хотела бы|нужен|жду|можно)( .+)? звон(ок|ка)( |$)',
    '^(обратный )?звонок$',
    '^(perezvoni|pozvoni)(te)?( mne)?( |$)',
    '^(please |pls )?(call|phone|ring)( me| us)?( back)?( (please|now|asap|later|today|tonight|tomorrow|this .+|in (the|an?|\\d+) .+|at .+|on .+)( .+)?)?$',
    '(^| )(can|could|would|will) (you|someone|somebody|anyone)( please)? (call|phone|ring) (me|us)( |$)',
    '(^| )(have|let|ask) (someone|somebody) (to )?(call|phone|ring) (me|us)( |$)',
    '(^| )give (me|us) a (call|ring)( |$)',
    '(^| )(order|request|requesting|arrange|schedule|book|want|need|like)( an?| the| to order| to request| to arrange| to get){0,3} (phone )?call( ?back)?( |$)',
    '^(a )?call ?back( please)?$',
  ].join('|'),
);
/** None is wanted. */
export const NO_CALL =
  /(^| )(не (на)?(звони(те|ть)?|перезванивай(те)?|перезванивать|нужно звонить|надо звонить|надо перезванивать)|(dont|do not) (call|phone|ring) me)( |$)/;
export const CALL_NOUN = /^(звонок|звонка|звонку|звонком|созвон|call|callback|zvonok)$/;
export const CANCEL_VERB = /^(отмен(а|и|ите|ить|яю|яй|яйте)|cancel|cancelled|otmenite|otmenit)$/;
export const CHANGE_VERB =
  /^(перенес(и|ите|ти|ем)|перенести|измени|измените|изменить|поменяй|поменяйте|поменять|сдвиньте|сдвинуть|reschedule|move|change|postpone|perenesite)$/;
export const MOST_WORDS_CALL = 8;

/** A price is asked for, or to count it. */
export const PRICE =
  /^(стоит|стоят|стоить|стоимост(ь|и)|цен(а|у|ы)|почем|прайс|тариф(ы|а)?|посчита(ть|й|йте|ем)|рассчита(ть|й|йте|ем)|расчет|калькулятор|price|prices|pricing|cost|costs|rates|calculate|calculator|quote|estimate|stoit|stoimost|tsena|cena)$/;
/** What is sent to many. */
export const MAILING =
  /^(рассылк(а|и|у|ой|е)|рассылок|sms|смс|mailing|mailings|newsletter|newsletters|rassylka|rassylki|rassylku|rassilka)$/;
export const MOST_WORDS_PRICE = 9;

export const GREETING_PHRASES = lines(`
  как дела
  как ты
  how are you
  how are you doing
  whats up
  сәлеметсіз бе
  салеметсиз бе
  assalomu alaykum
  ассалому алейкум
  добрый день
  доброе утро
  добрый вечер
  добрый
  доброго дня
  доброго утра
  доброго вечера
  доброй ночи
  доброго времени суток
  добрий день
  good morning
  good afternoon
  good evening
  good day
  hi there
  hello there
  dobryy den
  dobriy den
  dobroe utro`);
export const GREETING = set(`
  привет приветик приветствую здравствуйте здравствуй здрасте здрасьте драсте здорово салем сәлем салам саламатсызбы сәлеметсіз салом хай хелло
  алло ку привіт вітаю вітаннє hello hi hey hallo hiya yo greetings privet privetik zdravstvuyte zdravstvujte zdravstvuite salem salam
  start старт начать начнем начинаем`);
// Whose misspellings are greetings too; "салат" is no "салам".
export const FORGIVING_GREETINGS = [
  ...set('привет приветик приветствую здравствуйте здравствуй здрасте hello greetings privet zdravstvuyte'),
];
export const COURTESY = set(`
  спасибо спс пожалуйста пожалста плиз пж пжл благодарю ок окей ok okay k да нет ага угу ну так хорошо ладно понятно ясно понял поняла
  отлично супер класс круто извините извини простите прости sorry please pls plz thanks thx thankyou ty cheers yes no yep nope yeah fine
  great cool nice good perfect got spasibo pozhaluysta rahmat рахмет рақмет дякую бот bot
  до свидания пока всего доброго bye goodbye`);

export const LANGUAGE_NAMES: Readonly<Record<string, Language>> = {
  русский: 'ru',
  русском: 'ru',
  русски: 'ru',
  russian: 'ru',
  russkiy: 'ru',
  russkom: 'ru',
  английский: 'en',
  английском: 'en',
  английски: 'en',
  инглиш: 'en',
  english: 'en',
  angliyskiy: 'en',
};
/** What may stand around a language's name in a plain request for it; "учебник на русском" is none. */
export const AROUND_LANGUAGE = set(`
  по на in на язык языке language давай давайте можно можете ли вы ты со мной мне говори говорите пиши пишите отвечай отвечайте общаться
  перейти перейди перейдем переключи переключите переключись переключить switch change to the chat speak write answer talk lets do does can
  could we you i want prefer would like me my хочу хотел лучше po na i и а`);
