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
  lorem ipsum dolor sit amet`);
