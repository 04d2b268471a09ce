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

describe('rules in the changed module', () => {
  const rules = [
    'import "pe" import "elf" import "hash" import "math"',
    'rule type { condition: pe.is_pe or elf.type == elf.ET_EXEC or elf.type == elf.ET_DYN }',
    'rule digest { condition: hash.md5(0, filesize) == "900150983cd24fb0d6963f7d28e17f72" }',
    'rule entropy { condition: math.entropy(0, filesize) > 4 }',
    'rule text { strings: $a = /[a-z]+@example\\.(com|org)/ $b = "wide" wide condition: $a or #b > 1 }',
  ].join('\n');
  const samples = [
    Buffer.from('abc'),
    Buffer.from('anna@example.org'),
    Buffer.from('wide, wide', 'utf16le'),
    Buffer.alloc(0),
    installed.subarray(0, 20_000),
    readFileSync(process.execPath).subarray(0, 200_000),
  ];

  it('say what they say in the one of the package, for sets compiled one after the other, a broken one between', async () => {
    // With a query it is loaded once more, with a module of its own.
    const url = import.meta.resolve('@virustotal/yara-x');
    const load = async (query: string, module: Uint8Array) => {
      const loaded = (await import(
        /* @vite-ignore */ `${url}?${query}`
      )) as typeof import('@virustotal/yara-x');
      loaded.initSync({ module });
      return loaded;
    };
    const both = [
      await load('original', installed),
      await load('changed', runConstructorsOnce(installed).module),
    ];
    const answers = both.map(({ Compiler }) => {
      const scannerOf = (source: string) => {
        const compiler = new Compiler();
        compiler.addSource(source);
        return compiler.build().scanner();
      };
      expect(() => scannerOf('rule broken { condition: nonsense }')).toThrow();
      const scanners = [scannerOf(rules), scannerOf(`${rules}\nrule further { condition: filesize > 3 }`)];
      return samples.map((sample) => scanners.map((scanner) => scanner.scan(sample) as unknown));
    });
    expect(answers[1]).toEqual(answers[0]);
    expect(JSON.stringify(answers[0])).toMatch(/"type".*"digest"|"digest".*"type"/);
  });
});
