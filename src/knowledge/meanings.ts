import { folded } from './fold.js';

/* Words that mean the same to us, in both languages: with a score of samples an article cannot show every word by which it may be asked
 * for, and here "закидать жалобами" meets "file a report". A line is one meaning; its words are beginnings of words, those with `=` whole
 * words. The longest beginning wins. */

const MEANINGS = `
  заблок разблок блокир блок= блокиров блокну бан= бана= бане= забан чс= черный= blacklist block unblock ban= banned= banning=
  жалоб жалоба пожалова пожалуюс пожалуют пожалуемс жалуюс жалуют жаловат репорт кляуз report complain complaint
  спам спамер заспам мошен развод= обман scam fraud spam cheat
  реклам рекламодат advert ads= ad= marketing
  оцен оцени оценив рейтинг звезд звездоч балл двойк пятерк отзыв= отзывы= отзыва= отзывом= фидбек rate= rated= rates= rating stars= star= review feedback vote голосов проголос
  аноним инкогнит тайн секрет anonym secret trace отслед
  узна знае знаю знат известн вычисл know known find= learn aware
  вид= видит видят видн увид видим see= sees= seen= visible
  чита прочт прочит прослуш read= reads= reading= listen
  сообщени сообщений переписк письм смс sms= эсэмэс message messages messaging text= texts= texting= conversation correspondence
  чат чате чата разговор бесед диалог chat talk
  номер номера телефон мобильн тел= number phone= phones=
  компан фирм бизнес организац контор магазин предприят company companies business firm shop organisation organization
  отправител sender спамер spammer
  соглас разреш позвол дозвол разрешал consent permission permit allow agree approv
  подпис подпиш подписк subscri sign= signed= signup enrol
  отпис отпиш unsub opt= optout
  стоп= хватит прекрат прекращ переста остав отстан надоел достал задолб бесит stop quit cease enough tired annoy
  рассыл рассылк рассыла mailing mailings newsletter newsletters bulk= campaign
  новост акци скид предложен распродаж news= offer offers promo discount
  уведом оповещ предупре notif alert inform= announce
  цен= цена= цены= цену= ценник стоим стоит= стоить= стоят= прайс тариф расцен почем руб рубл деньги денег дорог дешев оплат плат price prices= pricing cost charge fee tariff expensive cheap rates= quote pay
  рассчит посчит подсчит сосчит калькул прикин calculat calculator estimat compute
  выгод сэконом эконом save saving benefit
  перезвон обратн callback
  звон позвон звяк набер набрат созвон call= calls= calling= ring= dial
  оператор человек сотрудник менеджер специалист консульт живой живого живым живая работник агент agent human person operator employee staff manager specialist consultant representative somebody= someone= people
  бот= бота= боту= ботом= робот bot= bots= robot machine automat
  поддерж техподдерж саппорт support hotline helpdesk горяч
  контакт связ свяж координат contact reach touch
  технич профилакт планов техработ работы= работ= работах= работами= maintenance works=
  авари сбой сбои сбоя упал лежит недоступ почин чините слома перебо прерыв неполад outage broken failure fail down= interrupt unavailable crash fix incident
  работает= работали= заработа работала= working= work= функцион
  данны данных данные сведен информац инфа= инфо досье персональн data= information details record personal
  удал стер= стере сотр уничтож забуд забыт очист почист избав вычерк delet eras remov wipe destroy forget forgotten clear purge
  хран сохран держите записыв собира store stored storing keep keeps kept hold collect record
  покаж показ пришл выгруз скача экспорт копи посмотр выписк show= export download copy view= display extract
  переда слив слил прода продае раскрыв делит раздае разглаш give= gives= gave= sell sells share shared leak pass= disclose third=
  безопас конфиденц приват шифр защищ секьюр safe secure privat privacy encrypt confidential protect
  кто кого= кому= кем= чей= who= whom= whose= whos=
  что чего= чем= what= whats= which=
  как= каким= how= hows=
  где= куда= where= wheres=
  когда= until= when= whens= time=
  почему зачем причем why=
  откуда
  сколько= much= many=
  я= мне= меня= мной= мой= моя= мое= мои= моих= моим= моей= мою= моего= моем= i= me= my= mine= im= ive= id=
  вы= ты= вас= вам= вами= ваш= ваша= ваше= ваши= вашу= вашей= ваших= тебя= тебе= твой= you= your= yours= u= ur=
  они= им= их= ними= they= them= their= it= its=
  хоч= хочу= хотел хотим желаю want= wanna= like= wish
  можно= могу= можете= может= могут= ли= can= could= may= might= possible able
  нужн надо= необход need must
  не= нет= ни= no= not= dont= never= cannot= cant= doesnt= wont=
  сервис услуг service services
  будет= будут= случ произо последств дальше= потом= happen consequence effect affect влия result
  огранич лимит наказ накаж санкц отключ штраф limit punish restrict sanction penal
  качеств quality
  причин основан reason reasons cause grounds
  кнопк шаг шаги= пошаг инструкц нажат нажм button step steps tap= press instruction
  whatsapp ватсап вотсап вацап вотс ватс= wa= meta= мета= мессенджер
  сегодня сейчас завтра ночью неделе вечером утром today= now= tomorrow= tonight= week= currently= soon=
  закон прав= право= права= законно legal law right= rights= gdpr
  прислат присыла шлите слать шлет пишет пишете писать написа приходит приходят шлют send= sends= sent= sending= write= writing= writes=
  получа получу получи receiv get= getting= got=
  выключ отключ убра убер отмен откаж отказ cancel off= disabl withdraw отзыва отозв
  верн снова обратно опять back= again= restore
  график режим часы= часов= расписан hours= schedule open=
  аккаунт учетн профил account profile
  список списк спиc list= lists=
  заказ оформ order request book
  помо помощ help= helps= assist
  настро измен поменя выбра выбор выбер включ setting change choose select switch turn enable
  мошенн фейк fake impersonat
  имя= имени= именем= зовут= name= called=
  паспорт карт карты= парол документ card= passport password document
`;

const byBeginning = new Map<string, number>();
const byWord = new Map<string, number>();
for (const [meaning, line] of MEANINGS.trim().split('\n').entries()) {
  for (const entry of line.trim().split(/\s+/)) {
    const [sounds = ''] = folded(entry);
    (entry.endsWith('=') ? byWord : byBeginning).set(sounds, meaning);
  }
}
const LONGEST = Math.max(...[...byBeginning.keys()].map((beginning) => beginning.length));
const SHORTEST = 3;

/** What a folded word means, if we know it. */
export function meaningOf(word: string): number | undefined {
  const whole = byWord.get(word);
  if (whole !== undefined) return whole;
  for (let length = Math.min(word.length, LONGEST); length >= SHORTEST; length--) {
    const meaning = byBeginning.get(word.slice(0, length));
    if (meaning !== undefined) return meaning;
  }
  return undefined;
}
