import { describe, expect, it } from 'vitest';
import { readRepositoryFile, repositoryFiles } from './repository.js';

/** Phrases of the first edition that said too little, or the wrong thing. The glossary has the words instead. */
const former = [
  'it goes on being accepted',
  'things need attention',
  'It goes on by itself when the cause',
  'say little',
  '95 % are faster',
  'Half (p50)',
  'What goes through the system, and whether',
  'Every running part, what it says',
  'Register beforehand',
  'Holds for objects received from now on',
  'It says it is:',
  'You decide',
  'answered 401, refused',
  'Mail, as it claims',
  'No one has dealt with it yet',
  'Close all alerts that fit the filter',
  'Not dated',
  "name: 'Works'",
  'Does not work',
  "name: 'Dead'",
  'No dead deliveries',
  'Away, paused',
  'Make a channel',
  'Make a rule',
  'What is told, to whom',
  'is told through',
  'no one is told',
  'every detection is told',
  'What it tells',
  'would it tell',
  'would the newest look',
  'Who is told',
  'Verdicts told again',
  'Found nothing',
  'Oldest signatures',
  'Longest scan',
  "name: 'Unfinished scans'",
  'Own profile',
  'title="Course"',
  'title="Caller"',
  'Close a window',
  'may wait for a decision in all',
  'queried for so long',
  'are kept for so long',
];

const folders = ['apps/console-web/', 'apps/console/src/', 'tools/command-line/src/'];
const texts = repositoryFiles()
  .filter((file) => folders.some((folder) => file.startsWith(folder)) && /\.tsx?$/.test(file))
  .map((file) => [file, readRepositoryFile(file)] as const);

describe('the wording of pages and command line', () => {
  it.each(former)('has no “%s” any more', (phrase) => {
    expect(texts.filter(([, text]) => text.includes(phrase)).map(([file]) => file)).toEqual([]);
  });

  it.each(folders)('is looked for in files of %s', (folder) => {
    expect(texts.filter(([file]) => file.startsWith(folder)).length).toBeGreaterThan(5);
  });
});
