import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { findProgram } from '@sluice/private-servers';
import { installWithApt } from '@sluice/tool-launcher';
import { type ToolName, tools } from './tools.js';

export const missingTools = (): ToolName[] =>
  (Object.keys(tools) as ToolName[]).filter((tool) => findProgram(tool) === null);

/**
 * As the launcher does it: root on Debian or Ubuntu installs what is missing, anyone else is given the line to run. Goes
 * on without: the kinds that need them are counted as not made.
 */
export async function requireTools(log: (line: string) => void): Promise<void> {
  const missing = missingTools();
  if (missing.length === 0) return;
  const packages = [...new Set(missing.map((tool) => tools[tool]))];
  const line = `apt-get install --no-install-recommends ${packages.join(' ')}`;
  const isDebian =
    existsSync('/etc/os-release') && /\bdebian\b/.test(readFileSync('/etc/os-release', 'utf8'));
  if (process.getuid?.() !== 0 || !isDebian || findProgram('apt-get') === null) {
    log(`Some kinds cannot be made here. Run this line for the whole proof:\n  sudo ${line}`);
    return;
  }
  log(`Installing ${packages.join(', ')} …`);
  const logFile = path.join(mkdtempSync(path.join(tmpdir(), 'sluice-apt-')), 'apt.log');
  try {
    await installWithApt(packages, logFile);
    rmSync(path.dirname(logFile), { recursive: true });
  } catch (error) {
    log(`  ${(error as Error).message} (log: ${logFile}); going on without.`);
  }
}
