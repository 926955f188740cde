import assert from 'node:assert/strict';
import fc from 'fast-check';
import { readTemplates, type TemplateFile } from './template-file.js';
import { filledIn, parameterValue, variablesOf } from './template-rules.js';

const BODY = 'Hello {{first_name}}, your visit on {{day}} is confirmed and we are looking forward to it.';
const version = (given: { body?: string; names?: string[]; footer?: string; buttons?: string[] } = {}) => ({
  components: [
    {
      type: 'BODY' as const,
      text: given.body ?? BODY,
      example: {
        body_text_named_params: (given.names ?? ['first_name', 'day']).map((name) => ({
          param_name: name,
          example: 'one',
        })),
      },
    },
    { type: 'FOOTER' as const, text: given.footer ?? 'Reply STOP' },
    {
      type: 'BUTTONS' as const,
      buttons: (given.buttons ?? ['Stop']).map((text) => ({ type: 'QUICK_REPLY' as const, text })),
    },
  ],
});
const file = (given: Partial<TemplateFile> = {}): TemplateFile => ({
  name: 'visit',
  category: 'UTILITY',
  parameter_format: 'named',
  message_send_ttl_seconds: 600,
  languages: { ru: version({ body: `По-русски: ${BODY}` }), en: version() },
  ...given,
});
const faultsOf = (...files: unknown[]): readonly string[] => {
  const read = readTemplates(new Map(files.map((one, at) => [(one as TemplateFile).name ?? `file${at}`, one])));
  return read.kind === 'faults' ? read.faults : [];
};
const inEnglish = (given: Parameters<typeof version>[0]) =>
  faultsOf(file({ languages: { ru: version({ body: `По-русски: ${BODY}` }), en: version(given) } }));

describe('A template file', () => {
  it('is read with both languages', () => {
    const read = readTemplates(new Map([['visit', file()]]));
    assert.ok(read.kind === 'templates');
    const { ttlSeconds, versions } = read.templates.get('visit') ?? assert.fail();
    assert.equal(ttlSeconds, 600);
    assert.deepEqual([versions.en.body, versions.en.footer, versions.en.buttons], [BODY, 'Reply STOP', ['Stop']]);
    assert.deepEqual(versions.en.parameters, [
      { name: 'first_name', sample: 'one' },
      { name: 'day', sample: 'one' },
    ]);
  });

  it('is held against each of Meta’s rules before Meta sees it', () => {
    const rules: readonly [Parameters<typeof version>[0], RegExp][] = [
      [
        { body: '{{first_name}}, your visit on {{day}} is confirmed and all is well' },
        /begins or ends with a variable/,
      ],
      [{ body: 'We are looking forward to seeing you, {{first_name}}, on {{day}}.' }, /begins or ends with a variable/],
      [{ body: 'Hello to you, {{first_name}} {{day}} is the day that we have booked.' }, /side by side/],
      [{ body: 'Hi {{first_name}} on {{day}} ok' }, /too many variables/],
      [{ body: `${BODY} ${'x '.repeat(500)}` }, /longer than 1024/],
      [{ body: `${BODY} {{day} and more of it` }, /not closed/],
      [{ body: BODY.replace('day', 'Day'), names: ['first_name', 'Day'] }, /a-z, 0-9 and _ only/],
      [{ names: ['first_name'] }, /the variable day has no sample/],
      [{ names: ['first_name', 'day', 'hour'] }, /a sample of hour/],
      [{ names: ['first_name', 'day', 'day'] }, /given twice/],
      [{ footer: 'x'.repeat(61) }, /footer is not 1 to 60/],
      [{ footer: 'Reply {{word}}' }, /footer holds a variable/],
      [{ buttons: ['x'.repeat(26)] }, /1 to 25 characters/],
      [{ buttons: ['Stop', 'Stop'] }, /two buttons read the same/],
      [{ buttons: Array.from({ length: 11 }, (_, at) => `b${at}`) }, /more than 10 buttons/],
    ];
    for (const [given, fault] of rules) assert.match(inEnglish(given).join('\n'), fault);
  });

  it('bears its own name, a time to live that utility templates may have, and nothing that is not known', () => {
    assert.match(faultsOf(file({ message_send_ttl_seconds: 43_201 })).join(), /message_send_ttl_seconds/);
    assert.match(faultsOf({ ...file(), surprise: 1 }).join(), /surprise/i);
    const misnamed = readTemplates(new Map([['other', file()]]));
    assert.match(misnamed.kind === 'faults' ? misnamed.faults.join() : '', /its name is visit/);
  });

  it('takes the same parameters and has as many buttons in both languages', () => {
    assert.match(
      inEnglish({ body: 'Hello there, we are looking forward to {{day}} very much.', names: ['day'] }).join(),
      /ru takes day, first_name, en takes day/,
    );
    assert.match(inEnglish({ buttons: ['One', 'Two'] }).join(), /not as many buttons/);
  });

  it('reads like no other: Meta refuses equal texts', () => {
    assert.deepEqual(faultsOf(file(), file({ name: 'visit_again' })), [
      'visit_again: ru: reads as visit does, and Meta would refuse it',
      'visit_again: en: reads as visit does, and Meta would refuse it',
    ]);
  });

  it('is one of many whose faults are named all at once', () => {
    const faults = faultsOf({ name: 'empty' }, file({ category: 'OTHER' as never }), file({ name: 'fine' }));
    assert.ok(faults.some((fault) => fault.startsWith('empty:')) && faults.some((fault) => fault.startsWith('visit:')));
  });
});

describe('A parameter’s value', () => {
  it('is one line without tabs and runs of spaces, cut to its room', () => {
    assert.equal(parameterValue('  a\n\tb\r\n  c\u2028d  ', 60), 'a b c d');
    assert.equal(parameterValue('abcdef', 4), 'abc…');
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 80 }), fc.integer({ min: 2, max: 40 }), (typed, max) => {
        const value = parameterValue(typed, max);
        assert.ok(value.length <= max && !/[\n\r\t]| {2}/.test(value) && value === value.trim());
        assert.equal(parameterValue(value, max), value);
      }),
    );
  });

  it('takes the place of its variable and is not looked into', () => {
    assert.equal(filledIn('a {{x}} b {{y}} {{x}}', new Map([['x', '$& {{y}}'], ['y', '1']])), 'a $& {{y}} b 1 $& {{y}}'); // prettier-ignore
    assert.deepEqual(variablesOf('a {{x}} b {{y}} {{x}}'), ['x', 'y', 'x']);
  });
});
