import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { getMetadataArgsStorage } from 'typeorm';

const source = path.resolve(import.meta.dirname, '..');
/** What the database is; `released.int-spec.ts` of the schema sees that this file is true. */
const schemaFile = path.resolve(source, '../../../libs/schema/schema.txt');

/** Tables of the console that no entity describes, and why. */
const withoutEntity: Readonly<Record<string, string>> = {
  'registry.announced_changes': 'written by registry.announce_change alone',
  'registry.audit': 'written by registry.append_audit alone',
  'registry.audit_checkpoint': 'written by registry.expire_audit alone',
  'registry.audit_head': 'written by registry.append_audit alone',
  'registry.causes': 'merged with what is wrong now, in one statement',
  'registry.load_minutes': 'raised every few seconds, in one statement',
  'registry.revision': 'one row that is a lock',
  'registry.sign_in_failures': 'counters, each raised in one statement',
  'registry.waiting_minutes': 'raised every few seconds, in one statement',
};
const ofTheNotifier = ['channels', 'channel_secrets', 'rules'].map((name) => `deliveries.${name}`);

/** `table registry.settings` and its lines `  key text not null`. */
function readTables(text: string): ReadonlyMap<string, readonly string[]> {
  const blocks = text.split(/\n\n+/).filter((block) => block.startsWith('table '));
  return new Map(
    blocks.map((block) => {
      const [head = '', ...lines] = block.split('\n');
      // Columns come first; constraints, indexes and storage are the schema's alone.
      const end = lines.findIndex((line) => !isColumn(line));
      const columns = lines.slice(0, end === -1 ? lines.length : end);
      return [head.slice('table '.length), columns.map(withoutDefault).sort()];
    }),
  );
}
const columnTypes =
  /^ {2}\w+ (uuid|text|boolean|bigint|integer|smallint|jsonb|inet|cidr|timestamp with time zone)/;
const isColumn = (line: string): boolean => columnTypes.test(line);
const withoutDefault = (line: string): string => line.trim().replace(/ default .*$/, '');

/** Each entity as the snapshot would write its table. */
function describeEntities(): ReadonlyMap<string, readonly string[]> {
  const { tables, columns } = getMetadataArgsStorage();
  return new Map(
    tables.map(({ schema, name, target }) => [
      `${schema ?? ''}.${name ?? ''}`,
      columns
        .filter((column) => column.target === target)
        .map(({ propertyName, options: { name: column, type, array, nullable } }) =>
          [
            column ?? propertyName,
            `${String(type)}${array === true ? '[]' : ''}`,
            ...(nullable === true ? [] : ['not null']),
          ].join(' '),
        )
        .sort(),
    ]),
  );
}

describe('entities of the console', () => {
  const tables = readTables(readFileSync(schemaFile, 'utf8'));
  let entities: ReadonlyMap<string, readonly string[]>;

  beforeAll(async () => {
    const files = readdirSync(source, { recursive: true, encoding: 'utf8' });
    for (const file of files.filter((name) => name.endsWith('.entity.ts')))
      await import(path.join(source, file));
    entities = describeEntities();
  });

  it('have the columns of their tables: names, types, and what may be null', () => {
    expect(entities.size).toBeGreaterThan(8);
    for (const [name, columns] of entities) expect([name, columns]).toEqual([name, tables.get(name)]);
  });

  it('describe every table the console owns, but for those with a reason', () => {
    const owned = [...tables.keys()].filter((name) => name.startsWith('registry.')).concat(ofTheNotifier);
    const described = [...entities.keys(), ...Object.keys(withoutEntity)];
    expect(described.sort()).toEqual(owned.sort());
  });
});
