import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Compiler, type InitOutput, type Scanner, initSync } from '@virustotal/yara-x';
import { runConstructorsOnce } from './constructors-once.js';

export type { Scanner };

/** Of WebAssembly.Table what is used: Node's types do not describe it. */
interface Table {
  readonly length: number;
  get(slot: number): unknown;
  set(slot: number, value: unknown): void;
}

/** Between two looks for what scans left: more with a longer table, so that looking costs a scan next to nothing. */
const [fewestScans, mostScans] = [256, 4096];
let loaded: InitOutput | null = null;
let scansUntilLook = fewestScans;

/** Loads the WebAssembly module once a process: 30 ms. Its memory grows with the largest object and never shrinks. */
export function createCompiler(): Compiler {
  if (loaded === null) {
    const file = new URL('yara_x_js_bg.wasm', import.meta.resolve('@virustotal/yara-x'));
    loaded = initSync({ module: runConstructorsOnce(readFileSync(fileURLToPath(file))).module });
  }
  return new Compiler();
}

/**
 * To be called after each scan. A scan runs the rules in an instance of their own and never lets go of it; each holds 10 GiB of
 * addresses, and with some 12,900 of them there are none left: YARA-X then fails at everything until the process ends.
 *
 * @returns how many instances were let go
 */
export function dropEndedInstances(): number {
  scansUntilLook -= 1;
  if (scansUntilLook > 0 || loaded === null) return 0;
  const held = loaded.__wbindgen_externrefs as Table;
  scansUntilLook = Math.min(mostScans, Math.max(fewestScans, held.length / 8));
  let dropped = 0;
  for (let slot = 0; slot < held.length; slot += 1) {
    if (Object.prototype.toString.call(held.get(slot)) !== '[object WebAssembly.Instance]') continue;
    held.set(slot, undefined);
    dropped += 1;
  }
  return dropped;
}
