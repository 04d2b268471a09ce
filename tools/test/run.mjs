/**
 * `npm test`: everything but the long proofs, on a fresh clone. Installs what is missing, then runs each step and stops at the first that
 * fails. Ends with one line, "N passed, N failed". `npm test -- unit integration` runs the steps named,
 * `npm test -- PATTERN …` the spec files that match, each with what they need before (see choose-steps.mjs).
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { cleanEnvironment } from '../launcher/clean-environment.mjs';
import { installPackages } from '../launcher/install-packages.mjs';
import { chooseSteps, stepPlan } from './choose-steps.mjs';
import { listSpecs } from './list-specs.mjs';
import { describeOutcomes, readOutcomes } from './read-outcomes.mjs';

const root = path.resolve(import.meta.dirname, '../..');
const output = path.join(root, 'test-output');
const bin = (name) => path.join(root, 'node_modules', '.bin', name);
const specs = listSpecs(root);
const choice = chooseSteps(process.argv.slice(2), specs);
if (choice.kind === 'nothing') {
  console.error(`${choice.why}\nSteps: ${Object.keys(stepPlan).join(', ')}`);
  console.log('0 passed, 1 failed');
  process.exit(2);
}
const matching = choice.patterns.map((pattern) => new RegExp(pattern, 'i'));
/** Vitest takes paths, not expressions: the files that match are named to it. */
const filesOf = (step) =>
  matching.length === 0
    ? []
    : specs.filter((file) => stepPlan[step].specs(file) && matching.some((pattern) => pattern.test(file)));
const vitest = (step, projects = [step]) => ({
  command: bin('vitest'),
  args: [
    'run',
    ...projects.flatMap((project) => (project in stepPlan ? filesOf(project) : [])),
    ...projects.map((project) => `--project=${project}`),
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${path.join(output, `${step}.json`)}`,
  ],
  env: {},
});

const node = (...args) => ({ command: process.execPath, args, env: {} });
/** With a private PostgreSQL, for the suites that make databases of their own. */
const withDatabase = ({ command, args, env }) => ({
  command: process.execPath,
  args: ['--disable-warning=ExperimentalWarning', 'tools/test/with-database.mjs', command, ...args],
  env,
});
const nxEnvironment = { NX_TUI: 'false', NX_DAEMON: 'false', NX_NO_CLOUD: 'true' };

/** Commands of the steps in choose-steps.mjs. */
const steps = {
  // Without a project graph the boundary rules pass in silence.
  graph: { command: bin('nx'), args: ['show', 'projects', '--json'], env: nxEnvironment, isQuiet: true },
  // Dead exports, dead files, dependencies no one uses or no one declared.
  unused: { command: bin('knip'), args: ['--no-progress', '--no-config-hints'], env: {} },
  lint: { command: bin('eslint'), args: ['.', '--max-warnings=0'], env: nxEnvironment },
  format: { command: bin('oxfmt'), args: ['--check'], env: {} },
  // The compiler's checks and the rules that ask for types, of pages and services, in one go (.oxlintrc.json).
  types: { command: bin('oxlint'), args: ['--deny-warnings'], env: {} },
  build: node('tools/build/build.mjs'),
  services: node('tools/launcher/ensure-services.mjs'),
  samples: node('tools/verdicts/ensure-tools.mjs'),
  unit: vitest('unit', ['unit', 'pages']),
  integration: withDatabase(vitest('integration')),
  e2e: withDatabase(vitest('e2e')),
  proofs: withDatabase(vitest('proofs')),
};
/** Steps that only read, each with one thread: they run beside those before them. */
const besides = new Set(['format', 'types', 'unused']);

/** True when it passed. A step that runs beside others keeps its words together, until it ends. */
async function run(name, { command, args, env, isQuiet }, isBeside) {
  const startedAt = Date.now();
  const said = [];
  if (!isBeside) console.log(`\n── ${name}`);
  const piped = isBeside ? 'pipe' : 'inherit';
  const child = spawn(command, args, {
    cwd: root,
    // What the shell of whoever runs this sets for Node, npm or nx must not change what is tested.
    env: { ...cleanEnvironment(process.env), ...env },
    stdio: ['ignore', isQuiet ? 'ignore' : piped, piped],
  });
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => said.push(chunk));
  const [status, ending] = await once(child, 'close').then(
    ([code, signal]) => [code, signal ?? `exit code ${code}`],
    (error) => [null, error.message],
  );
  const seconds = ((Date.now() - startedAt) / 1000).toFixed(1);
  if (isBeside) {
    console.log(`\n── ${name}`);
    process.stdout.write(Buffer.concat(said));
  }
  const isPassed = status === 0;
  console.log(
    isPassed ? `   ${name}: done in ${seconds} s` : `   ${name}: FAILED (${ending}) after ${seconds} s`,
  );
  return isPassed;
}

/** One step at a time, and beside it, in order, those that may. The first that failed; null when all passed. */
async function runAll(chosen) {
  const beside = chosen.filter(([name]) => besides.has(name));
  let failed = null;
  const inOrder = async (list, isBeside) => {
    for (const [name, step] of list) {
      if (failed !== null) return;
      if (!(await run(name, step, isBeside))) failed ??= name;
    }
  };
  // What runs beside is over before the first step that needs both cores.
  const early = chosen.filter(([name]) => ['graph', 'lint'].includes(name));
  await Promise.all([inOrder(early, false), inOrder(beside, true)]);
  await inOrder(
    chosen.filter(([name]) => !besides.has(name) && !early.some(([one]) => one === name)),
    false,
  );
  return failed;
}

await installPackages(root);
rmSync(output, { recursive: true, force: true });
mkdirSync(output, { recursive: true });

/**
 * Suites of the whole topology wait more than they compute: beside the integration suites they cost little time of their own.
 * Their outcomes stand in one file then.
 */
const isTogether = ['integration', 'e2e'].every((name) => choice.steps.includes(name));
if (isTogether) steps.integration = withDatabase(vitest('integration', ['integration', 'e2e']));
const chosen = choice.steps
  .filter((name) => !(isTogether && name === 'e2e'))
  .map((name) => [name, steps[name]]);
const failedStep = await runAll(chosen);

const resultSteps = ['unit', 'integration', 'e2e', 'proofs'];
const outcomes = readOutcomes(output, resultSteps);
for (const line of describeOutcomes(outcomes, root)) console.log(line);
const otherFailure = failedStep !== null && outcomes.failed === 0 ? 1 : 0;
const countsTests = chosen.some(([name]) => resultSteps.includes(name));
console.log(
  countsTests || otherFailure > 0
    ? `\n${outcomes.passed} passed, ${outcomes.failed + otherFailure} failed`
    : `\nDone: ${chosen.map(([name]) => name).join(', ')}; no tests are among these steps`,
);
process.exit(failedStep === null ? 0 : 1);
