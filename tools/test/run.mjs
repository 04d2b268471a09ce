/**
 * `npm test`: everything, on a fresh clone. Installs what is missing, then runs each step and stops at the first that
 * fails. Ends with one line, "N passed, N failed". `npm test -- unit integration` runs only the steps named.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { installPackages } from '../launcher/install-packages.mjs';

const root = path.resolve(import.meta.dirname, '../..');
const output = path.join(root, 'test-output');
const bin = (name) => path.join(root, 'node_modules', '.bin', name);
const jest = (project, ...more) => ({
  command: bin('jest'),
  args: [
    '--selectProjects',
    project,
    ...more,
    // Integration suites wait for servers more than they compute; whole systems go one after the other.
    ...(project === 'e2e' ? ['--runInBand'] : ['--maxWorkers=2']),
    '--json',
    `--outputFile=${path.join(output, `${project}.json`)}`,
  ],
  env: { NODE_OPTIONS: '--experimental-vm-modules --disable-warning=ExperimentalWarning' },
});

const node = (...args) => ({ command: process.execPath, args, env: {} });
/** With a private PostgreSQL, for the suites that make databases of their own. */
const withDatabase = ({ command, args, env }) => ({
  command: process.execPath,
  args: ['--disable-warning=ExperimentalWarning', 'tools/test/with-database.mjs', command, ...args],
  env,
});
const nxEnvironment = { NX_TUI: 'false', NX_DAEMON: 'false', NX_NO_CLOUD: 'true' };

const steps = {
  // Without a project graph the boundary rules pass in silence.
  graph: { command: bin('nx'), args: ['show', 'projects', '--json'], env: nxEnvironment, isQuiet: true },
  lint: { command: bin('eslint'), args: ['.', '--max-warnings=0'], env: nxEnvironment },
  format: { command: bin('prettier'), args: ['--check', '--log-level=warn', '.'], env: {} },
  types: { command: bin('tsc'), args: ['--noEmit', '-p', 'tsconfig.json'], env: {} },
  // The pages run in browsers: other globals, another configuration.
  'page-types': { command: bin('tsc'), args: ['--noEmit', '-p', 'apps/console-web/tsconfig.json'], env: {} },
  build: node('tools/build/build.mjs'),
  services: node('tools/launcher/ensure-services.mjs'),
  unit: jest('unit', 'pages'),
  integration: withDatabase(jest('integration')),
  e2e: withDatabase(jest('e2e')),
};

function run(name, { command, args, env, isQuiet }) {
  const startedAt = Date.now();
  console.log(`\n── ${name}`);
  const { status, signal, error } = spawnSync(command, args, {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', isQuiet ? 'ignore' : 'inherit', 'inherit'],
  });
  const seconds = ((Date.now() - startedAt) / 1000).toFixed(1);
  const isPassed = status === 0;
  const ending = error?.message ?? (signal === null ? `exit code ${status}` : signal);
  console.log(
    isPassed ? `   ${name}: done in ${seconds} s` : `   ${name}: FAILED (${ending}) after ${seconds} s`,
  );
  return isPassed;
}

function count(name) {
  try {
    const { numPassedTests, numFailedTests, numFailedTestSuites } = JSON.parse(
      readFileSync(path.join(output, `${name}.json`), 'utf8'),
    );
    // A suite that could not even start has no failed test of its own.
    return { passed: numPassedTests, failed: Math.max(numFailedTests, numFailedTestSuites) };
  } catch {
    return { passed: 0, failed: 0 };
  }
}

await installPackages(root);
rmSync(output, { recursive: true, force: true });
mkdirSync(output, { recursive: true });

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in steps));
if (unknown.length > 0) {
  console.error(`No step ${unknown.join(', ')}. Steps: ${Object.keys(steps).join(', ')}`);
  process.exit(2);
}
const chosen = Object.entries(steps).filter(([name]) => wanted.length === 0 || wanted.includes(name));
let failedStep = null;
for (const [name, step] of chosen) {
  if (run(name, step)) continue;
  failedStep = name;
  break;
}

const totals = ['unit', 'integration', 'e2e'].map(count);
const passed = totals.reduce((sum, one) => sum + one.passed, 0);
const failed = totals.reduce((sum, one) => sum + one.failed, 0);
const otherFailure = failedStep !== null && failed === 0 ? 1 : 0;
console.log(`\n${passed} passed, ${failed + otherFailure} failed`);
process.exit(failedStep === null ? 0 : 1);
