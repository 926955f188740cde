/* What people also write to a company's chat, and no article answers. The classifier learns these lines as one label more, so that a
 * text about something else has somewhere to belong. They need breadth, not order; those of off-topic.ts are for measuring and are
 * never learnt. */

const lines = (text: string): readonly string[] => text.trim().split(/\s*\n\s*/);

export const BACKGROUND: readonly string[] = lines(`
  какая завтра погода
  будет ли дождь в выходные
  расскажи что-нибудь смешное
  сколько будет семь умножить на восемь
  реши уравнение
  кто выиграл чемпионат мира
  во сколько начинается матч
  посоветуй фильм на вечер
  какую книгу почитать
  как сварить борщ
  рецепт блинов
  сколько калорий в яблоке
  болит голова что выпить
  как вылечить насморк
  запишите меня к врачу
  где мой заказ
  когда привезут посылку
  сколько идёт доставка
  хочу вернуть товар
  верните деньги за покупку
  поменяйте размер кроссовок
  есть ли красное платье в наличии
  у вас есть скидка для студентов
  сколько стоит айфон
  стоимость билета до сочи
  закажи такси до вокзала
  как доехать до аэропорта
  забронируйте столик на двоих
  номер в гостинице на завтра
  нужна виза в турцию
  курс доллара
  какой процент по вкладу
  хочу взять кредит
  заблокируйте мою банковскую карту
  не прошла оплата картой
  как перевести деньги на другую карту
  мой баланс
  пополнить счёт
  пришлите счёт на оплату
  нужен договор и закрывающие документы
  не приходит код подтверждения
  забыл пароль
  как войти в личный кабинет
  не помню логин
  как зарегистрировать имя отправителя
  документация по api
  есть ли у вас интеграция с битрикс
  загрузить базу контактов из excel
  почему сообщение имеет статус не доставлено
  сколько символов помещается в смс
  какие у вас есть вакансии
  хочу у вас работать
  пришлите резюме
  предлагаю сотрудничество
  продвижение сайтов недорого
  купите у нас оборудование
  где учиться на программиста
  помоги с домашним заданием
  напиши сочинение про осень
  переведи на английский слово дом
  сколько лет пушкину
  столица австралии
  кто написал войну и мир
  почему небо голубое
  в чём смысл жизни
  как выйти замуж
  ты красивая
  я тебя люблю
  давай познакомимся
  сколько тебе лет
  где ты живёшь
  ты меня слышишь
  мне грустно
  мне скучно поговори со мной
  ты дурак
  ничего не понял
  ерунда какая-то
  бла бла бла
  ага конечно
  ну и что дальше
  а можно подробнее
  это неправда
  сегодня понедельник
  я в пути буду через час
  купи хлеба и молока
  мама позвони бабушке
  забери ребёнка из сада
  с днём рождения
  поздравляю с праздником
  когда новый год
  какой сегодня праздник
  сколько времени
  включи музыку
  поставь будильник на семь
  какая песня сейчас играет
  как настроить роутер
  телефон не заряжается
  сломался холодильник
  как обновить windows
  установить приложение на телефон
  как создать группу в whatsapp
  как поменять фото в ватсапе
  восстановить чат в вотсапе на новом телефоне
  не скачивается видео
  у меня украли кошелёк
  вызовите полицию
  соседи шумят ночью
  отключили горячую воду
  как передать показания счётчиков
  оплатить штраф гибдд
  замена водительских прав
  как оформить пенсию
  когда выборы президента
  что думаешь о политике
  какая команда лучшая
  где купить щенка
  чем кормить кошку
  как вырастить помидоры
  когда сажать картошку
  сколько стоит квартира в москве
  сниму комнату недорого
  ремонт ванной под ключ
  какой автомобиль выбрать
  замена масла в двигателе
  пробки на дорогах
  расписание автобусов
  на каком поезде ехать в казань
  как похудеть к лету
  упражнения для спины
  сколько спать нужно человеку
  магнитные бури сегодня
  гороскоп для весов
  что приснилось к чему змея
  лотерея результаты
  ставки на футбол
  как заработать в интернете
  купить биткоин
  открыть счёт для бизнеса
  как зарегистрировать ип
  сдать отчётность в налоговую
  нужен юрист по разводу
  закон о тишине
  сколько гектаров в сотке
  длина экватора
  почему люди зевают
  кто самый богатый человек
  что такое чёрная дыра
  напиши код на питоне
  сгенерируй картинку с котом
  придумай стих
  расскажи сказку ребёнку
  загадай загадку
  как сказать спасибо по-китайски
  какие языки ты знаешь
  проверь орфографию
  адрес ближайшей аптеки
  где поесть рядом
  режим работы магазина на тверской
  есть ли парковка у торгового центра
  как отменить бронь отеля
  перенесите мою запись к парикмахеру
  поменять дату вылета
  потерял багаж
  у меня вопрос по поводу стиральной машины
  гарантия на телевизор
  сколько стоит ремонт экрана
  when is the next train to boston
  what is the weather like tomorrow
  will it rain at the weekend
  tell me a joke
  what is seven times eight
  solve this equation
  who won the world cup
  what time does the game start
  recommend a film for tonight
  which book should I read
  how do I cook pasta
  pancake recipe
  how many calories are in an apple
  I have a headache what should I take
  how to cure a cold
  make me a doctor's appointment
  where is my order
  when will my parcel arrive
  how long does delivery take
  I want to return an item
  give me a refund
  exchange these shoes for a bigger size
  is the red dress in stock
  do you have a student discount
  how much is an iphone
  price of a ticket to paris
  order a taxi to the station
  how do I get to the airport
  book a table for two
  hotel room for tomorrow
  do I need a visa for turkey
  dollar exchange rate
  what is the interest on a deposit
  I want a loan
  block my bank card
  my card payment failed
  transfer money to another account
  my balance
  top up my account
  send me an invoice
  I need a contract and closing documents
  the confirmation code does not arrive
  I forgot my password
  how do I log in
  what is my login
  how do I register a sender name
  api documentation
  do you integrate with salesforce
  upload a contact list from excel
  why is my message not delivered
  how many characters fit in an sms
  what jobs do you have
  I want to work for you
  here is my resume
  I propose a partnership
  cheap seo services
  buy our equipment
  where can I study programming
  help me with my homework
  write an essay about autumn
  translate house into french
  how old is shakespeare
  capital of australia
  who wrote war and peace
  why is the sky blue
  what is the meaning of life
  will you marry me
  you are beautiful
  I love you
  how old are you
  where do you live
  can you hear me
  I am sad
  I am bored talk to me
  you are stupid
  I did not understand anything
  this is nonsense
  blah blah blah
  yeah right
  so what
  tell me more
  that is not true
  today is monday
  I am on my way back in an hour
  buy bread and milk
  pick up the kids from school
  happy birthday
  congratulations
  when is easter
  what holiday is today
  what time is it
  play some music
  set an alarm for seven
  what song is playing
  how do I set up a router
  my phone does not charge
  the fridge is broken
  how to update windows
  install an app on my phone
  how to create a whatsapp group
  change my profile picture in whatsapp
  restore a chat backup on a new phone
  the video does not download
  somebody stole my wallet
  call the police
  the neighbours are loud at night
  there is no hot water
  submit my meter reading
  pay a parking fine
  renew my driving licence
  how do I apply for a pension
  when are the elections
  what do you think of politics
  which team is the best
  where can I buy a puppy
  what do cats eat
  how to grow tomatoes
  how much is a flat in london
  rent a room cheaply
  bathroom renovation
  which car should I choose
  oil change
  traffic jams
  bus timetable
  how to lose weight
  exercises for the back
  how much sleep do I need
  horoscope for libra
  lottery results
  football bets
  how to make money online
  buy bitcoin
  open a business bank account
  how to register a company
  file a tax return
  I need a divorce lawyer
  length of the equator
  why do people yawn
  who is the richest man
  what is a black hole
  write python code
  generate a picture of a cat
  write a poem
  tell a fairy tale
  ask me a riddle
  how do you say thank you in chinese
  what languages do you speak
  check my spelling
  nearest pharmacy
  where can I eat nearby
  opening hours of the shop downtown
  is there parking at the mall
  cancel my hotel booking
  move my haircut appointment
  change my flight date
  I lost my luggage
  a question about a washing machine
  warranty for my tv
  how much is a screen repair
  asdfgh
  qwerty
  фывапр
  ололо
  ыыы
  123456
  hjkl hjkl
  йцукен
  lorem ipsum dolor sit amet
  как отписаться от нетфликса
  отменить подписку на музыку
  отключить подписку окко
  как отказаться от подписки на спортзал
  отпишите меня от канала на ютубе
  отключите платные услуги на моём тарифе связи
  удалить страницу вконтакте
  удалить аккаунт в инстаграме
  как удалить ватсап с телефона
  удалить учётную запись вотсапа навсегда
  как удалить приложение с айфона
  удалить вирус с компьютера
  как стереть тату
  удалить зуб мудрости
  удалите дубликаты строк в таблице
  как удалить страницу в ворде
  удалить последнюю запись в базе sql
  очистить кэш браузера
  почистить диван от пятен
  как забыть бывшую
  как заблокировать сайт на компьютере
  заблокировать рекламу в браузере
  заблокировать сим карту
  карта заблокирована что делать
  заблокировали аккаунт в игре
  разблокировать экран телефона
  заблокировать человека в телеграме
  блокировка колеса у машины
  какой блок питания выбрать
  бетонные блоки купить
  пожаловаться на соседа
  пожаловаться на управляющую компанию
  жалоба на врача поликлиники
  куда жаловаться на шумную стройку
  как подать жалобу в прокуратуру
  жалоба на учителя
  сообщить о пропаже человека
  сообщить о ямах на дороге
  написать отчёт по практике
  оценить квартиру
  оценить машину перед продажей
  как поставить оценки в журнал
  как исправить двойку по химии
  рейтинг лучших университетов
  рейтинг смартфонов
  отзывы об отеле в турции
  отзывы о фильме
  пятизвёздочный отель у моря
  сколько звёзд на небе
  почему звёзды падают
  звёздные войны по порядку
  мишлен звезда что это
  как оценить таксиста
  поставить оценку водителю
  поставить лайк под видео
  согласие на обработку для школы образец
  согласие родителей на поездку
  нотариальное согласие супруга
  разрешение на строительство
  разрешение на оружие
  кто имеет право на льготы
  права потребителя при возврате
  имеет ли право работодатель уволить меня
  может ли хозяин квартиры зайти без спроса
  законно ли парковаться на газоне
  кому принадлежит эта машина
  чей это код региона
  кто звонил с этого номера
  пробить номер машины
  номер поезда до самары
  номер паспорта где смотреть
  номер инн узнать
  перевести номер к другому оператору
  поменять номер телефона в госуслугах
  как скрыть номер при звонке
  номер телефона поликлиники
  телефон такси
  телефон доставки пиццы
  телефон посольства
  горячая линия сбербанка
  служба поддержки озон
  как позвонить на горячую линию газпрома
  часы работы музея
  во сколько закрывается торговый центр
  режим работы почты россии
  график работы мфц
  до скольки открыт зоопарк
  адрес налоговой
  где находится эрмитаж
  когда ремонт дороги закончат
  когда дадут горячую воду
  плановое отключение электричества
  почему нет света в доме
  не работает лифт
  не работает телевизор
  не работает интернет дома
  ютуб не работает
  сломалась машина
  сломался замок двери
  авария на трассе
  техобслуживание автомобиля цена
  техосмотр где пройти
  профилактический осмотр у врача
  ремонт телефона
  сколько стоит ремонт двигателя
  сколько стоит билет на самолёт
  сколько стоит ноутбук
  сколько стоит килограмм картошки
  цена на золото
  цена бензина
  сколько стоит проезд в метро
  тарифы жкх
  тариф на такси
  тарифы мобильной связи
  стоимость обучения в вузе
  прайс на стрижку
  рассчитать ипотеку
  рассчитать отпускные
  калькулятор калорий
  посчитай проценты
  рассчитать каско
  скидки в пятёрочке
  акции сбербанка курс
  новости спорта
  последние новости
  новости про войну
  что нового в мире
  что случилось в москве
  подпишитесь на мой канал
  подпишись на мой инстаграм
  подписать договор электронной подписью
  подписка на журнал
  выписать газету
  позвоните моей маме
  кто мне звонил вчера
  звонят мошенники из банка
  пропущенный звонок с неизвестного номера
  как записать звонок на айфоне
  рингтон на звонок скачать
  вызов на дом врача
  позвать друзей на праздник
  работа оператором колл-центра
  оператор крана вакансии
  оператор пвз зарплата
  человек паук смотреть
  сколько людей живёт на земле
  кто первый человек в космосе
  биография менеджера
  курсы менеджеров
  робот пылесос какой купить
  сделать робота своими руками
  данные о погоде за год
  база данных mysql
  курсы по анализу данных
  анализ данных в excel
  паспортные данные поменять
  скачать данные игры
  скачать музыку бесплатно
  скачать фильм
  копия паспорта у нотариуса
  копия ключа сделать
  выписка из егрн
  выписка по счёту
  справка о доходах
  история россии
  история создания автомобиля
  история болезни
  как прочитать чужую переписку
  взломать страницу
  как шифровать файлы
  зашифровать флешку
  безопасно ли лететь на боинге
  безопасно ли есть сырые яйца
  кто читает книги в наше время
  что почитать на ночь
  читать онлайн войну и мир
  сообщение по биологии про волков
  сообщение на тему экология
  сообщение ошибка 404
  не приходят сообщения в телеграм
  не отправляются фото в вотсапе
  не слышно голосовые в вотсапе
  как включить тёмную тему в whatsapp
  как сделать стикеры в вотсапе
  как поставить статус в ватсапе
  как удалить сообщение у всех в ватсапе
  как выйти из группы вотсап
  как перенести вотсап на другой телефон
  обновить ватсап
  ватсап не открывается на телефоне
  кто смотрел мой статус
  скрыть время посещения в ватсапе
  две галочки серые почему
  видеозвонок в вотсапе
  восстановить переписку в вотсапе
  второй вотсап на одном телефоне
  ватсап на компьютере как установить
  код подтверждения ватсапа не пришёл
  как создать канал в вотсапе
  ошибка авторизации api
  метод api для отправки возвращает 403
  как получить api ключ
  webhook не приходит
  sdk для php есть
  как подключить smpp
  есть модуль для 1с
  интеграция с амо срм
  как импортировать контакты
  как создать группу контактов
  загрузить базу номеров csv
  почему абоненту не дошла смс
  статус expired у смс
  что значит статус доставлено
  отчёт по доставке где
  мне отклонили имя отправителя
  согласовать имя отправителя
  сколько рассматривают имя отправителя
  подпись отправителя сменить
  шаблон на модерации долго
  почему отклонили шаблон
  как создать шаблон сообщения
  как вставить имя клиента в текст
  запланировать отправку на завтра
  как сделать рассылку в кабинете
  как остановить запущенную кампанию
  добавить пользователя в кабинет
  сменить пароль от кабинета
  восстановить доступ в кабинет
  двухфакторная аутентификация как включить
  не приходит смс с кодом
  пополнить баланс картой
  на что ушли деньги с баланса
  вернуть остаток баланса
  выставьте счёт
  акт сверки за квартал
  нужен счёт фактура
  электронный документооборот подключить
  реквизиты компании
  договор оферты
  изменить юрлицо в договоре
  вакансии в вашей компании
  ищу работу удалённо
  возьмите меня на стажировку
  предлагаем услуги клининга
  мы продаём канцтовары предлагаем купить
  реклама на радио заказать
  разработка сайта под ключ
  кредит под низкий процент
  вы выиграли приз
  хочу купить у вас телефон
  есть ли доставка в сочи
  где мой курьер
  заказ не пришёл
  пришёл бракованный товар
  как вернуть обувь
  поменять адрес доставки
  промокод на первый заказ
  бонусы на карте
  перевод не дошёл
  как закрыть вклад
  оформить страховку
  ипотека для молодой семьи
  налоговый вычет
  алименты как рассчитать
  подать на развод
  оформить загранпаспорт
  запись в детский сад
  расписание электричек
  билеты на концерт
  билет в театр
  столик в ресторане на вечер
  аренда авто
  отель в центре
  погода на выходные
  температура моря
  гороскоп на сегодня
  сонник
  к чему чешется нос
  рецепт пиццы
  сколько варить яйца
  как засолить огурцы
  чем кормить попугая
  собака хромает
  кошка чихает
  болит спина
  температура у ребёнка
  от чего помогает ибупрофен
  прыщи на лице
  как накачать пресс
  диета на неделю
  бросить курить
  как уснуть
  как познакомиться с девушкой
  она меня бросила
  пойдём гулять
  расскажи о себе анекдотом
  пошутить можешь
  спой песню
  загадка про зайца
  стих на день учителя
  сочинение по пушкину
  реши задачу по физике
  корень из двадцати пяти
  столица франции
  сколько дней в году
  кто такой наполеон
  почему трава зелёная
  как работает двигатель
  что такое фотосинтез
  перевод текста на немецкий
  как будет по английски собака
  напиши функцию на javascript
  почему не компилируется код
  установить линукс
  какой процессор лучше
  мышка не работает
  тормозит ноутбук
  забыл пароль от вайфая
  настроить принтер
  сломал экран телефона
  какой телефон купить
  наушники беспроводные
  игра зависает
  танки онлайн
  футбол сегодня
  счёт матча спартак
  кто чемпион по хоккею
  выборы когда
  кто президент франции
  цены на квартиры
  сниму дом
  продам гараж
  отдам котят
  потерял собаку
  нашли ключи
  во дворе кричат
  вызвать сантехника
  поклеить обои
  как посадить розы
  когда собирать грибы
  рыбалка на щуку
  свадьба в июне
  подарок мужу
  день рождения мамы
  с новым годом
  поздравляю вас с праздником
  доброй ночи
  пока
  спокойной ночи
  до свидания
  ха ха
  лол
  ну ну
  ясно
  понятно
  нет
  не знаю
  может быть
  ладно
  круто
  молодец
  дурак
  тупица
  ненавижу вас
  вы отвратительные
  какой ужас
  ты мне нравишься
  выходи за меня
  верите ли вы в бога
  есть ли жизнь на марсе
  какой твой любимый цвет
  сколько тебе лет бот
  ты спишь
  что делаешь
  как дела
  чем занимаешься вечером
  какая у тебя любимая еда
  кто твои родители
  kak svarit borsch
  kakaya pogoda
  kupit mashinu
  skolko stoit bilet
  gde poest
  rasskazhi anekdot
  kurs dollara segodnya
  kak udalit instagram
  zakazat pitstsu
  аоуцаы
  ждлорпав
  цйукцйу
  qwe asd zxc
  тест
  проверка связи раз два три
  unsubscribe from spotify
  cancel my netflix subscription
  how do I cancel my gym membership
  unsubscribe me from a youtube channel
  stop my phone contract
  cancel amazon prime
  how to stop a dog from barking
  stop smoking tips
  how do I stop my nose bleeding
  quit my job letter
  delete my instagram
  delete my facebook page
  how to delete whatsapp from my phone
  deactivate my whatsapp account for good
  how do I delete an app
  remove a virus from my pc
  remove a tattoo
  wisdom tooth removal
  delete a row in excel
  delete a branch in git
  drop a table in sql
  delete a page in word
  clear my browser cache
  how to clean a couch
  how to get over an ex
  erase a hard drive
  wipe my iphone before selling
  block a website on my router
  block ads in the browser
  block a caller on my landline
  block someone on instagram
  my card is blocked
  my sim is blocked
  unblock a sink
  which engine block is this
  apartment block for rent
  report a noisy neighbour
  report a pothole
  report a stolen car
  report a missing cat
  write a lab report
  annual report of apple
  complain about my doctor
  complaint to the city council
  complaint letter about a hotel
  where to complain about a train delay
  rate my professor
  rate my drawing
  how do I rate a taxi driver
  give my landlord a review
  hotel reviews in spain
  five star hotel by the sea
  movie rating
  top rated phones
  star wars order
  how far are the stars
  what is a michelin star
  vote in the election
  how to vote by mail
  parental consent form
  medical consent form template
  age of consent law
  is my boss allowed to fire me
  can my landlord raise the rent
  is it legal to park here
  do I need permission to build a shed
  agree with my wife how
  who owns this car
  who called me from this number
  find the owner of a licence plate
  train number to york
  passport number where is it
  social security number lost
  keep my number when switching carriers
  change my phone number at the bank
  hide my caller id
  phone number of the hospital
  phone number for a taxi
  phone number of pizza hut
  embassy hotline
  amazon customer service
  contact apple support
  contact lenses price
  museum opening hours
  when does the mall close
  post office hours
  is the zoo open on monday
  address of the tax office
  where is the eiffel tower
  when will the road works end
  power outage in my street
  why is there no light in my house
  the lift is not working
  my tv is not working
  my internet is down at home
  youtube is down
  facebook is not loading
  my car broke down
  the door lock is broken
  accident on the motorway
  car maintenance cost
  condo maintenance fee
  garden maintenance
  dental check up
  phone repair
  how much is an engine repair
  how much is a plane ticket
  how much is a laptop
  how much does a house cost
  how much does a car cost
  how much are potatoes
  gold price
  price of petrol
  metro fare
  electricity rates
  mobile plan rates
  tuition fees
  price of a haircut
  mortgage calculator
  calculate my holiday pay
  calorie calculator
  what is 15 percent of 80
  car insurance quote
  discounts at walmart
  black friday deals
  sports news
  latest news
  world news today
  news about the president
  subscribe to my channel
  follow me on instagram
  sign a contract electronically
  magazine subscription
  call my mum
  who called me yesterday
  bank scammers are calling me
  missed call from unknown
  record a call on iphone
  ringtone download
  call of the wild book
  house call doctor
  call an ambulance
  call option trading
  call center jobs
  become a crane operator
  operator overloading in c++
  human anatomy
  human rights history
  how many people live on earth
  first man in space
  project manager salary
  management courses
  vacuum robot which to buy
  build a robot at home
  agent orange
  real estate agent near me
  travel agent
  data analysis course
  machine learning data set
  mysql database tutorial
  mobile data not working
  data types in java
  personal trainer
  personal loan
  download music
  download a movie
  export a pdf from word
  copy a key
  bank statement
  proof of income
  history of rome
  medical history form
  hack an account
  read someone else's texts
  how to encrypt a usb stick
  encrypt a zip file
  is it safe to fly
  is it safe to eat raw eggs
  privacy fence cost
  what to read before bed
  read war and peace online
  message in a bottle lyrics
  error message 404
  telegram messages not arriving
  photos don't send in whatsapp
  voice messages have no sound
  dark mode in whatsapp
  make stickers in whatsapp
  set a whatsapp status
  delete a message for everyone in whatsapp
  leave a whatsapp group
  move whatsapp to a new phone
  update whatsapp
  whatsapp does not open on my phone
  who viewed my status
  hide last seen
  why only one grey tick
  whatsapp video call
  recover whatsapp chats
  two whatsapps on one phone
  whatsapp on my computer how
  whatsapp verification code not received
  create a whatsapp channel
  api authorization error
  api returns 403
  where do I get an api key
  webhook is not firing
  is there a php sdk
  connect over smpp
  do you have a zapier app
  hubspot integration
  import contacts
  create a contact group
  upload a csv of numbers
  why did the sms not reach a subscriber
  status expired for an sms
  what does the delivered status mean
  where is the delivery report
  my sender name was declined
  get a sender id approved
  how long does sender id approval take
  change the sender signature
  template stuck in review
  why was my template rejected
  how to create a message template
  insert the customer's name into a text
  schedule a campaign for tomorrow
  how do I launch a campaign in the dashboard
  pause a running campaign
  add a user to my account
  change my dashboard password
  restore access to my account
  turn on two-factor authentication
  sms code does not come
  top up with a card
  where did my balance go
  refund my balance
  issue an invoice
  reconciliation statement for the quarter
  I need a tax invoice
  bank details of your company
  public offer agreement
  change the legal entity in the contract
  vacancies at your company
  looking for remote work
  take me as an intern
  we offer cleaning services
  we sell office supplies, interested
  order a radio ad
  web development services
  loan at low interest
  you won a prize
  I want to buy a phone
  do you ship to canada
  where is my courier
  my order has not arrived
  the item is defective
  how do I return shoes
  change delivery address
  promo code for first order
  loyalty points on my card
  my transfer did not arrive
  close a deposit
  get travel insurance
  mortgage for a young family
  tax deduction
  child support calculation
  file for divorce
  get a passport
  kindergarten enrolment
  train timetable
  concert tickets
  theatre ticket
  table at a restaurant tonight
  rent a car
  hotel in the centre
  weekend weather
  sea temperature
  horoscope today
  dream meaning
  pizza recipe
  how long to boil eggs
  how to pickle cucumbers
  what to feed a parrot
  my dog is limping
  my cat is sneezing
  my back hurts
  my child has a fever
  what is ibuprofen for
  acne on my face
  how to get abs
  weekly diet
  how to fall asleep
  how to ask a girl out
  she left me
  let's go for a walk
  be funny
  sing a song
  riddle about a rabbit
  poem for teachers day
  essay on shakespeare
  solve my physics problem
  square root of 25
  capital of france
  how many days in a year
  who was napoleon
  why is grass green
  how does an engine work
  what is photosynthesis
  translate to german
  what is dog in spanish
  write a javascript function
  my code does not compile
  install linux
  which cpu is better
  my mouse does not work
  my laptop is slow
  forgot my wifi password
  set up a printer
  broke my phone screen
  which phone should I buy
  wireless headphones
  the game freezes
  minecraft server
  football today
  lakers score
  hockey champion
  when is election day
  president of france
  flat prices
  rent a house
  selling a garage
  free kittens
  lost my dog
  found keys
  people shouting outside
  get a plumber
  hang wallpaper
  how to plant roses
  mushroom season
  fishing for pike
  june wedding
  gift for my husband
  mum's birthday
  happy new year
  congrats on the holiday
  good night
  bye
  see you
  goodbye
  haha
  lol
  whatever
  I see
  got it
  yes
  I don't know
  maybe
  fine
  cool
  well done
  idiot
  I hate you
  you are awful
  how terrible
  I like you
  marry me
  is there life on mars
  what is your favourite colour
  how old are you bot
  are you sleeping
  what are you doing
  how are you
  what are you up to tonight
  what's your favourite food
  who are your parents
  I hate tuesdays
  I am hungry
  my boss is an idiot
  traffic is awful today
  uiop hjk
  zxcvbn
  blargh
  test
  testing one two three
  как выйти из запоя
  хватит ли мне денег на машину
  стоп кран в поезде
  прекратить трудовой договор
  отказаться от наследства
  отменить запись к врачу
  отключить автоплатёж
  отключить т9 на телефоне
  выключить будильник
  убрать живот за месяц
  убрать шум на фото
  вычеркнуть из завещания
  список дел на сегодня
  список покупок
  список литературы
  новости кино
  новинки кино этого года
  новинки косметики
  подписан ли договор с клиентом
  сколько подписчиков у блогера
  набрать подписчиков в инстаграм
  тема урока
  тема дипломной работы
  выбрать тему для сочинения
  настройка гитары
  настройка телевизора каналы
  уведомление из налоговой пришло
  уведомление о прибытии иностранца
  предупреждение о шторме
  акция газпрома сколько стоит
  купон на скидку в макдональдс
  что значит сон про воду
  что значит это слово
  что это за песня
  что это за цветок на фото
  кто изобрёл телефон
  кто написал мастера и маргариту
  кто живёт в этом доме
  кто звонит в дверь
  кто твой папа
  для чего нужна соль
  чем занимается археолог
  какая компания делает айфоны
  какая компания лучше для каско
  компания яндекс кто владелец
  акции компании тесла
  бизнес план кофейни
  как открыть бизнес
  бизнес с нуля без вложений
  бизнес класс билет
  бизнес ланч где
  магазин одежды рядом
  отправитель посылки неизвестен
  отправить посылку в казахстан
  отправить письмо заказное
  отправить факс
  сообщение о дтп
  сообщения в одноклассниках
  текст песни катюша
  текст договора аренды
  переписка чехова
  чат знакомства
  чат рулетка
  бот для торговли криптовалютой
  бот для телеграм написать
  нейросеть для картинок
  искусственный интеллект захватит мир
  сколько весит слон
  сколько живут черепахи
  сколько часов лететь до пекина
  сколько времени варить рис
  сколько человек в команде волейбола
  сколько символов в твите
  сколько серий в сериале
  сколько градусов на улице
  сколько зарабатывает программист
  почему кошки мурлычут
  почему болит зуб
  почему не заводится машина
  почему не взлетает дрон
  почему мне грустно
  зачем люди ходят в театр
  зачем нужен галстук
  откуда взялись динозавры
  откуда приходит ветер
  где мой кот
  где купить ёлку
  где снимали фильм
  где лучше отдыхать в мае
  где взять справку о составе семьи
  куда пойти учиться
  куда поехать отдыхать
  куда сходить в субботу
  когда родился гагарин
  когда выйдет новый сезон
  когда откроют границы
  когда будет зарплата
  когда придёт автобус
  когда заработает фонтан
  как завязать галстук
  как нарисовать кота
  как пишется слово агентство
  как доказать теорему
  как вывести пятно
  как поменять колесо
  как открыть банку
  как сделать предложение девушке
  как включить фонарик
  как узнать погоду
  как узнать свой размер одежды
  как узнать остаток по карте
  как узнать где ребёнок
  как найти человека по фото
  как связаться с космонавтами
  как дозвониться до поликлиники
  как позвонить за границу с мобильного
  как сбросить звонок
  как поставить переадресацию
  как настроить голосовую почту
  как посчитать площадь
  как считать в двоичной системе
  как хранить картошку
  как хранить деньги
  как очистить кровь
  как защитить диплом
  как защитить кожу от солнца
  защита прав собственности
  секрет успешной жизни
  секретный ингредиент
  тайна третьей планеты
  анонимные алкоголики
  анонимный анализ на вич
  голосование на евровидении
  голос сезон новый
  балл егэ по русскому
  сколько баллов надо для поступления
  оценка недвижимости
  оценщик ущерба
  звезда спорта
  лимит по кредитной карте
  лимит снятия наличных
  штраф за парковку
  наказание за кражу
  ограничение скорости в городе
  санкции против страны
  последствия наводнения
  последствия гриппа
  качество воды
  качество сна
  карта мира
  карта метро
  карта сбербанка
  пароль от роутера
  паспорт на машину
  документы для визы
  хранилище данных облачное
  база отдыха
  база ремонта техники
  архив погоды
  имя для собаки
  что означает имя анна
  фамилия президента
  мой день рождения завтра
  мой телефон упал в воду
  мой аккаунт в стиме взломали
  мой номер очереди
  моя жена беременна
  мне нужен врач
  мне нужен адвокат
  нужен менеджер по продажам в нашу компанию
  нужен грузчик
  ищем специалиста по маркетингу
  человек года
  живой уголок
  живая музыка
  директор школы
  менеджер паролей
  консультант плюс
  администратор сайта вакансия
  работы ван гога
  работы по дому
  ночные работы с высокой оплатой
  плановая операция
  планы на выходные
  сервис такси
  сервис по ремонту холодильников
  автосервис рядом
  сбой сердечного ритма
  сбой менструального цикла
  авария на аэс чернобыль
  свет погас во всём доме
  сайт знакомств
  сайт школы
  how do I get out of debt
  exit sign
  stop sign meaning
  end a lease early
  terminate an employment contract
  give up an inheritance
  cancel a dentist appointment
  turn off autocorrect
  turn off the alarm
  lose belly fat
  remove noise from a photo
  to do list
  shopping list
  reading list for summer
  movie news
  new films this year
  new makeup releases
  how many followers does he have
  get followers on instagram
  lesson topic
  thesis topic ideas
  tune a guitar
  tv channel settings
  letter from the tax office
  storm warning
  share price of google
  coupon for mcdonalds
  meaning of a dream about water
  what does this word mean
  what is this song
  what flower is this
  what is this rash
  who invented the telephone
  who wrote hamlet
  who lives next door
  who is at the door
  who is your daddy
  what is salt for
  what does an archaeologist do
  which company makes the iphone
  which company is best for car insurance
  who owns google
  tesla stock
  business plan for a cafe
  how to start a business
  business class ticket
  business lunch near me
  clothes shop nearby
  unknown parcel sender
  send a parcel to kenya
  send a registered letter
  send a fax
  crash report on windows
  text of the constitution
  lyrics of yesterday
  love letters
  dating chat
  omegle
  trading bot for crypto
  write a telegram bot
  ai image generator
  will ai take over the world
  how heavy is an elephant
  how long do turtles live
  how long is the flight to tokyo
  how long to cook rice
  how many players in volleyball
  how many episodes are there
  how hot is it outside
  how much does a programmer earn
  why do cats purr
  why does my tooth hurt
  why won't my car start
  why am I sad
  why do people go to the theatre
  why wear a tie
  where did dinosaurs come from
  where does wind come from
  where is my cat
  where to buy a christmas tree
  where was the film shot
  where should I go on holiday in may
  where to get a birth certificate
  where to study
  what should I do on saturday
  when was einstein born
  when is the new season out
  when do borders open
  when is payday
  when does the bus come
  how to tie a tie
  how to draw a cat
  how do you spell necessary
  prove the theorem
  get a stain out
  change a tyre
  open a jar
  how to propose
  turn on the flashlight
  find out my clothes size
  check my card balance
  find my child's location
  find a person by photo
  how to talk to astronauts
  how do I reach the clinic
  call abroad from a mobile
  set up call forwarding
  set up voicemail
  calculate an area
  count in binary
  how to store potatoes
  where to keep savings
  protect my skin from the sun
  property rights
  secret of a happy life
  secret ingredient
  alcoholics anonymous
  anonymous hacker group
  eurovision voting
  the voice new season
  test score for college
  how many points to pass
  property valuation
  damage assessment
  sports star
  credit card limit
  cash withdrawal limit
  parking ticket
  punishment for theft
  speed limit in town
  sanctions on a country
  consequences of a flood
  effects of the flu
  water quality
  sleep quality
  world map
  subway map
  router password
  car registration document
  documents for a visa
  cloud data storage
  resort near the lake
  weather archive
  name for a dog
  meaning of the name anna
  surname of the king
  tomorrow is my birthday
  my phone fell into water
  my steam account was hacked
  my queue number
  my wife is pregnant
  I need a doctor
  I need a lawyer
  we are hiring a sales manager
  need a mover
  looking for a marketing specialist
  person of the year
  live music tonight
  school principal
  password manager
  website administrator job
  works of van gogh
  housework tips
  surgery schedule
  plans for the weekend
  taxi service
  fridge repair service
  garage nearby
  heart failure
  chernobyl accident
  lights went out in the whole house
  dating site
  school website
  what permission does an app need for the camera
  allow pop ups
  agreement for a flat share
  privacy settings on facebook
  who can see my instagram story
  read receipts on imessage
  decode morse code
  scan a document with my phone
  where is my recycle bin
  undelete photos
  free storage on my phone
  forget a bluetooth device
  clean install of windows
  average review score of a restaurant
  rate of inflation
  heart rate
  birth rate
  exchange rate
  star sign
  star trek
  human body temperature
  human resources job
  agent in real estate fee
  operator precedence
  call by reference
  callback function in javascript
  message queue in rabbitmq
  block chain
  block of flats
  report card
  book report
  consent of the governed
  subscription box for pets
  newsletter template
  news anchor
  maintenance of a lawn mower
  support for my back pillow
  contact form plugin
  price of bitcoin
  price of eggs
  number of planets
  number theory
  phone case
  data plan roaming
  delete key on a mac
  opt for a vegan diet`);
