/** Plain JavaScript that also an old Node reads: it must get as far as saying that it is too old. */
import { readFileSync } from 'node:fs';

/** Does `version` ("20.20.2") satisfy a range of the forms `^a.b.c` and `>=a.b.c`, joined by `||`? */
export function satisfies(version, range) {
  const numbers = (text) => text.split('.').map(Number);
  const isAtLeast = (one, other) => {
    const difference = one.map((number, index) => number - other[index]).find((value) => value !== 0);
    return difference === undefined || difference > 0;
  };
  const have = numbers(version.split('-')[0]);
  return range.split('||').some((part) => {
    const [, operator, wanted] = /^\s*(\^|>=)\s*(\d+\.\d+\.\d+)\s*$/.exec(part) ?? [];
    if (wanted === undefined) throw new Error(`unknown form of engines.node: ${part}`);
    const need = numbers(wanted);
    return isAtLeast(have, need) && (operator === '>=' || have[0] === need[0]);
  });
}

/** Ends the process with one clear line when this Node is none that `package.json` allows. */
export function checkNode(packageFile) {
  const { engines } = JSON.parse(readFileSync(packageFile, 'utf8'));
  if (satisfies(process.versions.node, engines.node)) return;
  console.error(`Sluice needs Node ${engines.node}; this is ${process.versions.node}.`);
  console.error('Install Node 24 (https://nodejs.org), then run the command again.');
  process.exit(1);
}
