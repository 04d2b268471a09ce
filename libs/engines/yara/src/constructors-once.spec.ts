import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { runConstructorsOnce } from './constructors-once.js';

const installed = readFileSync(
  fileURLToPath(new URL('yara_x_js_bg.wasm', import.meta.resolve('@virustotal/yara-x'))),
);

describe('runConstructorsOnce', () => {
  it('takes the constructors out of every function of the installed module but the one that begins a rule set', () => {
    const { module, calls } = runConstructorsOnce(installed);
    expect(calls).toBe(25);
    expect(module.length).toBe(installed.length);
    const changed = module.reduce((count, byte, at) => count + (byte === installed[at] ? 0 : 1), 0);
    expect(changed).toBe(3 * calls);
  });

  it('finds nothing more to do in what it made', () => {
    const { module } = runConstructorsOnce(installed);
    const again = runConstructorsOnce(module);
    expect(again.calls).toBe(0);
    expect(again.module).toBe(module);
  });

  it.each([
    ['an empty module', Buffer.from('0061736d01000000', 'hex')],
    ['no module', Buffer.from('not WebAssembly at all')],
    ['a module that ends early', installed.subarray(0, 5000)],
    ['nothing', Buffer.alloc(0)],
  ])('gives %s back as it is', (_what, bytes) => {
    expect(runConstructorsOnce(bytes)).toEqual({ module: bytes, calls: 0 });
  });
});
