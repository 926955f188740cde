import { folded } from './fold.js';

/* Words that mean the same to us, in both languages: with a score of samples an article cannot show every word by which it may be asked
 * for, and here "закидать жалобами" meets "file a report". A line is one meaning; its words are beginnings of words, those with `=` whole
 * words. The longest beginning wins. */

const MEANINGS = `
  заблок разблок блокир блок= блокиров блокну бан= бана= бане= забан чс= черный= blacklist block unblock ban= banned= banning= бань= баню= банит= банят= забань блочить= блокнуть= блокнут= blok= bans= banhammer
  жалоб жалоба пожалова пожалуюс пожалуют пожалуемс жалуюс жалуют жаловат репорт кляуз report complain complaint жалуется жалуетесь зарепорт донести донос заявить настуч наябед snitch flag= flagging= flagged= denounce lodge escalat= grievance notify=
  спам спамер заспам мошен развод= обман scam fraud spam cheat мусор= лохотрон жулик аферист поддельн подозрит шантаж прикидыва выдает= fraudster scammer phish фишинг fake= con= shady= suspicious rubbish junk impostor
  реклам рекламодат advert ads= ad= marketing маркетинг промо= promo= promos= promotion promotional commercial
  оцен оцени оценив рейтинг звезд звездоч балл двойк пятерк отзыв= отзывы= отзыва= отзывом= фидбек rate= rated= rates= rating stars= star= review feedback vote голосов проголос балл= балла= баллы= единиц= единицу= единица= тройк четверк кол= оценщик лайк дизлайк score= scores= scoring= grade= grading rater= dislike evaluat thumbs звездам пункт=
  аноним инкогнит тайн секрет anonym secret trace отслед обезличен тайком скрытн незаметн incognito anonymis depersonal ballot= hidden= untrac обнаруж вычислят вычислите отследят identify= identified= trace= traced= traceable= recogni
  узна знае знаю знат известн вычисл know known find= learn aware догада поймет= поймут= выясн опозна курсе= realise realize discover figure= detect определя
  вид= видит видят видн увид видим see= sees= seen= visible гляд= глянуть= смотрит= смотрят= просматрива заметн видима виднo= viewed= visib appear= displayed= shown= shows= displays= выставл светит= светиться= светить= expose exposed
  чита прочт прочит прослуш read= reads= reading= listen подслуш слуша= слушает= слежк слежен шпион spy= spying= spied= snoop monitor eyes= wiretap listening= eavesdrop прочте прочти
  сообщени сообщений переписк письм смс sms= эсэмэс message messages messaging text= texts= texting= conversation correspondence сообщеньк эсэмэск смск тексты= текст= слов= слова= phrase= words= word= note= написан= typed= type= typing=
  чат чате чата разговор бесед диалог chat talk чатик диалоге бесе= dialogue= dialog= thread= discussion
  номер номера телефон мобильн тел= number phone= phones= мобил сотов телефончик номерок цифр= цифры= симк сим= digits= digit= cell= cellphone= mobile= mobiles= landline= трубк msisdn
  компан фирм бизнес организац контор магазин предприят company companies business firm shop organisation organization бренд брендa продав продавец= предприним банк= банка= seller= store= stores= brand= enterprise= merchant= outfit= bank= контора лавочк
  отправител sender спамер spammer рассыльщ автор= mailer= originator
  соглас разреш позвол дозвол разрешал consent permission permit allow agree approv одобр подтвержда подтверди галк галочк галочка consent= opted= optin= checkbox tick= ticked= authoris authoriz accept agreed approval спрос= спроса= ведома= обманом= unsolicited
  подпис подпиш подписк subscri sign= signed= signup enrol записа= запиши= запишите= включите= добавьте= enlist enrolled join= joined= added= add= put= внес внесите абонент subscriber
  отпис отпиш unsub opt= optout исключ исключи снимит= выйти= unsubscrib leave= exit= exclude unenrol drop=
  стоп= хватит прекрат прекращ переста остав отстан надоел достал задолб бесит stop quit cease enough tired annoy хорош= харе= завяз отвал отвяж отцеп уймит достат заколеб замуч засып завал надоеда надоели устал= tired= fed= sick= bother disturb annoyed annoying bored= spamming= flood flooded bombard silence= тишин закончи enough= cease= desist halt= knock= cut=
  рассыл рассылк рассыла mailing mailings newsletter newsletters bulk= campaign дайджест digest distribution= broadcast
  новост акци скид предложен распродаж news= offer offers promo discount новинк обновлен обнова= выгодн deals= deal= updates= update= novelt sale= sales= распрода coupon
  уведом оповещ предупре notif alert inform= announce информир сигнал держите= напомин remind posted= loop= beep alerts= notification
  цен= цена= цены= цену= ценник стоим стоит= стоить= стоят= прайс тариф расцен почем руб рубл деньги денег дорог дешев оплат плат price prices= pricing cost charge fee tariff expensive cheap rates= quote pay стоимост почём бюджет затрат расход сумм сумма= смет копеек копееч рубле выйдет= обойдет обойдетс выльет влетит потян budget= expense expens afford money= fees= invoice= spend bill= billed= worth= damage= cheaper= cheap= pricing= priced= pay= paid= costs= cost= ballpark figures=
  рассчит посчит подсчит сосчит калькул прикин calculat calculator estimat compute калькуля рассчета подсчет сориентир смету estimate= quote= quotes= calc= compute= reckon
  выгод сэконом эконом save saving benefit
  перезвон обратн callback callback= обзвон брякн звякн rings= rang= buzz= phoning= dialled= dial= phoned= голосом= голос= устно= трубке= voice= speak= verbal
  звон позвон звяк набер набрат созвон call= calls= calling= ring= dial
  оператор человек сотрудник менеджер специалист консульт живой живого живым живая работник агент agent human person operator employee staff manager specialist consultant representative somebody= someone= people люди= людей= людям= персонал начальн руководит директор= старш супервайз дежурн консультант admin= администрат employee= people= persons= folks= folk= staff= supervis boss= director= colleague colleag rep= anybody= anyone= alive= living= live= real= настоящ нормальн competent
  бот= бота= боту= ботом= робот bot= bots= robot machine automat алгоритм скрипт шаблонн нейросет интеллект ии= gpt= chatgpt= ai= algorithm script= canned automatic automated автоответ
  поддерж техподдерж саппорт support hotline helpdesk горяч подержк сервисн служб support= supprt= desk= care= helpline
  контакт связ свяж координат contact reach touch почт почта= почту= мейл имейл емейл email= mail= адрес адреса= address= дозвон связаться= связаться обратит обращат website= site= reach= contacts= located= location= office= офис
  технич профилакт планов техработ работы= работ= работах= работами= maintenance works= техобслуж обслужив регламент окно= окна= отключени maintenanc maintanance maintainance servic= scheduled= upkeep planned= window= плановы апдейт
  авари сбой сбои сбоя упал лежит недоступ почин чините слома перебо прерыв неполад outage broken failure fail down= interrupt unavailable crash fix incident глюк глюч тормоз зависл завис зависа виснет ошибк крашн рухн сдох помер мертв живы= ожил крутилк грузит грузитс открываетс отваливаетс load= loads= loading= loaded= error= errors= glitch hang= hangs= dead= offline= stuck= spinner= slow= lag= crash= crashed= repair= repaired= restore= restored= recover disrupt downtime= status= статус
  работает= работали= заработа работала= working= work= функцион
  данны данных данные сведен информац инфа= инфо досье персональн data= information details record personal сведени досье= карточк папк файл= файлы= записи= записан record= records= file= files= folder= info= profile= dossier details= personal= facts=
  удал стер= стере сотр уничтож забуд забыт очист почист избав вычерк delet eras remov wipe destroy forget forgotten clear purge сжеч сжег ликвид вычист подчист убери= уберите= обнул сбрось аннулир выкин снесит снести изничтож forgotten= erasing= burn= shred= scrap= purge= nuke= expunge= liquidat void= scrub= след= следа= следов= delet= gone= vanish
  хран сохран держите записыв собира store stored storing keep keeps kept hold collect record запис записыва логир логи= копит накопи лежат= лежит= пропада исчез срок= архив archive archiv log= logs= logged= recorded= retention= save= saved= saves= retain stay= stays=
  покаж показ пришл выгруз скача экспорт копи посмотр выписк show= export download copy view= display extract предоставь предоставит выда выдай выдайте выдать дайте= отобраз ознаком список= provide= obtain= look= review= print= printout= распечат
  переда слив слил прода продае раскрыв делит раздае разглаш give= gives= gave= sell sells share shared leak pass= disclose third= распростр утеч утек утечк третьим= третьи= посторон чуж чужи чужим чужие leaked= leak= leaks= outsider stranger strangers= parties= partners= партнер партнёр others= revealed= reveal= reveals= hand= hands= handed= passed=
  безопас конфиденц приват шифр защищ секьюр safe secure privat privacy encrypt confidential protect надежн доверя доверить секретн опасн защит secret= confid trust= trusted= dangerous= secured= secrecy= encoded кодиру encryp protected=
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
  будет= будут= случ произо последств дальше= потом= happen consequence effect affect влия result грозит грозят прилет эффект= толк= смысл= смысла= польз итог пострада вред навред скаж скажет скажется отразит outcome= impact= happens= becomes= point= use= difference= suffer= harm= hurt= trouble= consequenc
  огранич лимит наказ накаж санкц отключ штраф limit punish restrict sanction penal прикро закро закрыв забанят отбер лиш снизят приостан штрафу closed= shut= fined= fine= fines= penalis penaliz penalty= lose= lost= sanctions= suspended= suspend paused= throttle=
  качеств quality репутац красн желт quality= reputation= rating= yellow= standing=
  причин основан reason reasons cause grounds вариант обоснован мотив motive= option= options= choice= choices= cause=
  кнопк шаг шаги= пошаг инструкц нажат нажм button step steps tap= press instruction жать= жму= жмут= тык тыкать= тапн зажал удерж держу= hold= long= hit= click= tapping= taps= procedure= способ= порядок= алгоритм= guide= howto= walk=
  whatsapp ватсап вотсап вацап вотс ватс= wa= meta= мета= мессенджер ватсапп вотсапп ватц whats приложени whatsap watsap whatsup vatsap wotsap
  сегодня сейчас завтра ночью неделе вечером утром today= now= tomorrow= tonight= week= currently= soon=
  закон прав= право= права= законно legal law right= rights= gdpr
  прислат присыла шлите слать шлет пишет пишете писать написа приходит приходят шлют send= sends= sent= sending= write= writing= writes= рассылаете= прислал отправля отправи отправк messaged= contacted= contact=
  получа получу получи receiv get= getting= got=
  выключ отключ убра убер отмен откаж отказ cancel off= disabl withdraw отзыва отозв снять= сними= погас cancel= cancelled= stop= undo= revoke= revert отзыв отозват
  верн снова обратно опять back= again= restore
  график режим часы= часов= расписан hours= schedule open= открыты= закрыты= закрываетс закрываетесь= круглосут выходн суббот воскресен weekend= weekends= sunday= saturday= opening= opens= 24= обед= holiday= holidays= дежур duty=
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
