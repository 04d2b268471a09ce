import { describe, expect, it } from 'vitest';
import { apiAnswers } from '@sluice/console-api';
import { apiRequests } from '@sluice/console-api/requests';
import { settingsSchema } from '@sluice/contracts';
import { settingOptionNames } from '../settings/setting-texts.js';
import { describeValue } from './value-words.js';

interface Definition {
  readonly type: string;
  readonly shape?: Readonly<Record<string, unknown>>;
  readonly entries?: Readonly<Record<string, string>>;
  readonly values?: readonly unknown[];
  readonly options?: readonly unknown[];
  readonly [inner: string]: unknown;
}
const inner = ['innerType', 'element', 'in', 'out', 'valueType', 'left', 'right'] as const;

/** Every word that the API has for a value, as `key value`. */
function wordsOf(schemas: readonly unknown[]): string[] {
  const words = new Set<string>();
  const seen = new Set<unknown>();
  const visit = (schema: unknown, key: string): void => {
    const definition = (schema as { _zod?: { def: Definition } } | null)?._zod?.def;
    if (definition === undefined || (definition.type === 'object' && seen.has(schema))) return;
    seen.add(schema);
    const values = [...Object.values(definition.entries ?? {}), ...(definition.values ?? [])];
    for (const value of values) if (typeof value === 'string') words.add(`${key} ${value}`);
    for (const [name, one] of Object.entries(definition.shape ?? {})) visit(one, name);
    for (const name of inner) visit(definition[name], key);
    for (const one of definition.options ?? []) visit(one, key);
  };
  for (const schema of schemas) visit(schema, '');
  return [...words];
}

/** Never written down as a change: states of running parts, how a list is filtered, and who acted, which the row says. */
const neverChanged = [
  'status',
  'service',
  'outcome',
  'state ready',
  'state not ready',
  'state not answering',
  'state not examined',
  'rescanned',
  'sort',
  'by',
  'hold',
  'actorKind',
];
const isChanged = (word: string): boolean =>
  !neverChanged.some((one) => word === one || word.startsWith(`${one} `));

describe('values in the audit log', () => {
  const schemas = [
    ...Object.values(apiAnswers),
    ...Object.values(apiRequests).flatMap((one) => Object.values(one)),
  ];
  const words = wordsOf(schemas).filter(isChanged);

  it('are found in what the API describes', () => {
    expect(words).toEqual(
      expect.arrayContaining([
        'state in-process',
        'type other',
        'disposition false-positive',
        'role auditor',
      ]),
    );
  });

  it('have words, each of them', () => {
    const raw = words.filter((word) => {
      const [key = '', ...value] = word.split(' ');
      return describeValue(key, value.join(' ')) === null;
    });
    expect(raw).toEqual([]);
  });

  it('of settings have words as well, the ones their page shows', () => {
    const choices = wordsOf([settingsSchema]);
    expect(choices).toContain('expiredHeldMail refuse');
    expect(
      choices.filter((word) => {
        const [key = '', value = ''] = word.split(' ');
        return settingOptionNames[key]?.[value] === undefined;
      }),
    ).toEqual([]);
  });

  it('that are names or texts are left as they are', () => {
    expect([
      describeValue('name', 'other'),
      describeValue('comment', 'closed'),
      describeValue('toString', 'a'),
    ]).toEqual([null, null, null]);
  });
});
