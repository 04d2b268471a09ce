import { describe, expect, it } from 'vitest';
import { readRepositoryFile, repositoryFiles } from './repository.js';

/** Words of our own for what the field has words for (docs/glossary.md); what to write instead. */
const former: readonly [RegExp, string][] = [
  [/\b(onTheirWay|underway|inHand)\b/, 'inFlight'],
  [/\bwith_\b|[Ss]urroundings\b|\b(ScanJob|TakeJobs)Dependencies\b/, 'Deps'],
  [/\b(Turn|startTurns)\b|take-turns/, 'LockedPeriodicTask'],
  [/\bculprit\b/, 'rejected'],
  [/refuse-?[uU]nsound/, 'rejectAmbiguousRequest'],
  [/\b[Cc]an not\b|\b[Cc]an['’]t\b/, 'cannot'],
  [/\b[Nn]obody\b(?!['@.`]|: HostName| = \[)(?<!const nobody|= nobody|\?\? nobody)/, 'no one'],
];

/** The same in what operators read; addresses of decisions keep their names. */
const formerInDocuments: readonly [RegExp, string][] = [
  [/(?<![-\w])told (?:again|once|as one|by which|of it)\b/, 'sent, reported, notified or reused'],
];

/** Written once and never changed: released schemas and migrations; what changed in former releases. */
const isHistory = (file: string): boolean =>
  /^libs\/schema\/(released|src\/sql\/versioned)\/|^CHANGELOG\.md$|field-words\.spec\.ts$/.test(file);
const isText = (file: string): boolean => /\.(tsx?|mjs|md|sql|ya?ml|cfg|sh|example)$/.test(file);

const texts = repositoryFiles()
  .filter((file) => isText(file) && !isHistory(file))
  .map((file) => [file, readRepositoryFile(file)] as const);

const linesWith = (word: RegExp, among: typeof texts): string[] =>
  among.flatMap(([file, text]) =>
    text
      .split('\n')
      .flatMap((line, index) => (word.test(line) ? [`${file}:${index + 1}: ${line.trim()}`] : [])),
  );

describe('the field’s words', () => {
  it.each(former)('not %s but “%s”', (word) => expect(linesWith(word, texts)).toEqual([]));

  it.each(formerInDocuments)('not %s but “%s” in the documents', (word) => {
    const documents = texts.filter(([file]) => /^docs\/[^/]+\.md$/.test(file));
    expect(documents.length).toBeGreaterThan(10);
    expect(linesWith(word, documents)).toEqual([]);
  });

  it('are looked for in files that exist', () => expect(texts.length).toBeGreaterThan(1000));
});
