/* A hundred texts about something else, for measuring only (`npm run eval`): never learnt, and none within three edits of a sample. */

const lines = (text: string): readonly string[] => text.trim().split(/\s*\n\s*/);

export const OFF_TOPIC: readonly string[] = lines(`
  подскажите как испечь шарлотку
  идёт ли снег в мурманске
  у вас продаются зимние шины
  сколько километров до луны
  мой кот не ест второй день
  где получить справку о несудимости
  как правильно заваривать зелёный чай
  хочу записаться на маникюр в субботу
  кто играл главную роль в титанике
  нужен ли загранпаспорт для поездки в армению
  как перейти на другого сотового оператора
  сгорел чайник можно починить
  в каком году основан санкт-петербург
  хочу научиться играть на гитаре
  что подарить жене на годовщину
  когда откроется каток в парке
  курьер опоздал на два часа и был груб
  в посылке не хватает одной детали
  сколько платят за донорство крови
  как убрать пятно от вина со скатерти
  поможете составить исковое заявление
  какой корм выбрать для хомяка
  сосед сверху меня затопил
  в чём разница между вирусом и бактерией
  до какого числа сдавать декларацию
  давление сто сорок на девяносто это много
  как поставить пароль на архив
  почему гудит системный блок
  можно ли собаке шоколад
  где скачать учебник по физике
  сыграем в шахматы
  ты веришь в инопланетян
  пожелай мне удачи на экзамене
  какого цвета твои глаза
  мне нужна справка из деканата
  не могу поступить в университет
  нужно ли мне менять полис омс
  как работает атомный реактор
  что посмотреть в риме за один день
  подберите мне ноутбук для игр
  арендую гараж на длительный срок
  сколько яиц класть в омлет
  когда у солистки концерт в минске
  мы с друзьями едем в горы
  вчера купил у вас диван, ножка отвалилась
  есть ли вегетарианские блюда в вашем меню
  во сколько закат
  как назвать ребёнка
  кофе с молоком и без сахара
  забыл дома ключи, что делать
  how do I bake an apple pie
  is it snowing in oslo
  do you sell winter tyres
  how far away is the moon
  my cat has not eaten for two days
  where is the passport office
  what is the right way to brew green tea
  I would like a manicure on saturday
  who starred in titanic
  do I have to quarantine when I fly to japan
  switch me to a cheaper mobile plan
  the kettle burnt out can it be repaired
  in what year was rome founded
  I want to learn the guitar
  what should I give my wife for our anniversary
  when does the ice rink open
  the courier was two hours late and rude
  one part is missing from the box
  how much is paid for donating plasma
  remove a wine stain from a tablecloth
  draft a lawsuit for me
  best food for a hamster
  my upstairs neighbour flooded my flat
  difference between a virus and a bacterium
  what is the deadline for my tax form
  is a blood pressure of 140 over 90 high
  put a password on a zip archive
  why is my computer humming
  can dogs eat chocolate
  where can I get a physics textbook
  let us play chess
  do you believe in aliens
  wish me luck in my exam
  what colour are your eyes
  I need a certificate from the dean
  my university application was rejected
  does my insurance cover dental work
  how does a nuclear reactor work
  what should I see in rome in a day
  pick a gaming laptop for me
  a garage to let for a long term
  how many eggs go into an omelette
  when is the band playing in dublin
  we are going to the mountains with friends
  the leg of the sofa I bought fell off
  are there vegetarian dishes on your menu
  what time is sunset
  suggest a name for our baby
  coffee with milk and no sugar
  I left my keys at home what now`);
