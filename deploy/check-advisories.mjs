/**
 * Are there advisories for the packages that production needs? Asks the registry npm is set to, by the lock file.
 *
 *   npm run advisories        exit code 0: none; 1: some, listed; 2: no registry answered, so nothing is known
 */
import { spawnSync } from 'node:child_process';
import path from 'node:path';

const levels = ['critical', 'high', 'moderate', 'low', 'info'];
const root = path.resolve(import.meta.dirname, '..');
const args = ['audit', '--omit=dev', '--package-lock-only', '--json'];
const { stdout = '', error } = spawnSync('npm', args, { cwd: root, encoding: 'utf8', timeout: 120_000 });
const answer = parse(stdout);
const counts = answer?.metadata?.vulnerabilities;
if (counts === undefined) {
  const said = answer?.message ?? error?.message ?? 'no answer';
  console.error(`✗ No registry answered, so nothing is known of advisories: ${said}`);
  console.error(
    '  Run it where a registry with advisories can be reached (npm config get registry names yours).',
  );
  process.exit(2);
}
const found = Object.values(answer.vulnerabilities ?? {});
for (const level of levels)
  for (const { name, range, fixAvailable } of found.filter(({ severity }) => severity === level))
    console.log(`${level}: ${name} ${range}${fixAvailable ? ', a fixed version is there' : ''}`);
console.log(found.length === 0 ? 'No advisories for what production needs.' : `${found.length} packages`);
process.exit(found.length === 0 ? 0 : 1);

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    // npm itself failed; said by the caller.
    return null;
  }
}
