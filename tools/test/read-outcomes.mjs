import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

const shown = 10;

/** What Vitest wrote for each step that ran. A step that wrote nothing counts nothing: its failure is counted apart. */
export function readOutcomes(folder, names) {
  const files = names.map((name) => path.join(folder, `${name}.json`)).filter((file) => existsSync(file));
  const outcomes = files.map((file) => JSON.parse(readFileSync(file, 'utf8')));
  return {
    passed: outcomes.reduce((sum, one) => sum + one.numPassedTests, 0),
    failed: outcomes.flatMap(({ testResults }) => testResults).reduce((sum, one) => sum + failedIn(one), 0),
    skipped: outcomes.flatMap((one) => skippedSuites(one)),
    suites: outcomes.flatMap(({ testResults }) =>
      testResults.map(({ name, startTime, endTime }) => ({ name, seconds: (endTime - startTime) / 1000 })),
    ),
  };
}

/** A file that could not even start has no failed test of its own, and counts as one. */
function failedIn({ status, assertionResults }) {
  const failedTests = assertionResults.filter((one) => one.status === 'failed').length;
  return failedTests === 0 && status === 'failed' ? 1 : failedTests;
}

/** Files in which nothing ran, and tests that were left out elsewhere. */
function skippedSuites({ testResults }) {
  return testResults
    .map(({ name, assertionResults }) => ({
      name,
      count: assertionResults.filter(({ status }) => status === 'pending' || status === 'skipped').length,
    }))
    .filter(({ count }) => count > 0);
}

/** Lines for the terminal: where the time goes, and what did not run. */
export function describeOutcomes({ suites, skipped }, root) {
  const place = (name) => path.relative(root, name);
  const slowest = [...suites].sort((one, other) => other.seconds - one.seconds).slice(0, shown);
  return [
    ...(slowest.length === 0 ? [] : ['', `The ${slowest.length} slowest suites:`]),
    ...slowest.map(({ name, seconds }) => `  ${seconds.toFixed(1).padStart(6)} s  ${place(name)}`),
    ...(skipped.length === 0 ? [] : ['', 'Not run here:']),
    ...skipped.map(({ name, count }) => `  ${String(count).padStart(6)}    ${place(name)}`),
  ];
}
