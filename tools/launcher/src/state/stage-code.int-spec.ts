import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { serviceAccount } from '@sluice/private-servers';
import { canReach, idOf, placeHome, systemStateDirectory } from './place-home.js';
import { placeCode } from './stage-code.js';

/** Only root has another user to make way for. */
const asRoot = process.getuid?.() === 0 ? describe : describe.skip;

let closed: string;
beforeEach(() => {
  closed = mkdtempSync(path.join(tmpdir(), 'sluice-closed-'));
  chmodSync(closed, 0o700);
});
afterEach(() => rmSync(closed, { recursive: true }));

function write(file: string, content: string, mode = 0o644): void {
  mkdirSync(path.dirname(path.join(closed, file)), { recursive: true });
  writeFileSync(path.join(closed, file), content, { mode });
}

/** The least that looks like the repository, built. */
function writeRepository(): void {
  const packages = {
    '': {},
    'apps/migrate': {},
    'libs/contracts': {},
    'node_modules/@sluice/contracts': { link: true, resolved: 'libs/contracts' },
    'node_modules/zod': { version: '1.0.0' },
    'node_modules/jest': { version: '1.0.0', dev: true },
  };
  write('package-lock.json', JSON.stringify({ packages }));
  write('package.json', '{}');
  write('apps/migrate/dist/main.js', 'built', 0o600);
  write('apps/migrate/src/main.ts', 'source');
  write('libs/contracts/dist/index.js', 'built');
  write('node_modules/zod/package.json', '{}');
  write('node_modules/jest/package.json', '{}');
  mkdirSync(path.join(closed, 'node_modules/@sluice'));
  symlinkSync('../../libs/contracts', path.join(closed, 'node_modules/@sluice/contracts'));
}

/** Processes of their own that stage at the same moment, as other starts would. */
async function placeCodeAtOnce(count: number): Promise<string[]> {
  const program = `
    import { serviceAccount } from '@sluice/private-servers';
    import { placeCode } from '@sluice/tool-launcher';
    process.stdout.write('ready');
    process.stdin.once('data', () => {
      process.stdout.end(placeCode(process.argv[1], serviceAccount()).root);
      process.stdin.destroy();
    });`;
  const command = ['--input-type=module', '--eval', program, closed];
  const starts = Array.from({ length: count }, () =>
    spawn(process.execPath, command, { cwd: import.meta.dirname, stdio: ['pipe', 'pipe', 'inherit'] }),
  );
  await Promise.all(starts.map((start) => once(start.stdout, 'data')));
  const staged = starts.map((start) => text(start.stdout));
  for (const start of starts) start.stdin.write('go');
  return Promise.all(staged);
}

asRoot('code in a folder the services cannot reach', () => {
  afterEach(() =>
    rmSync(path.join(systemStateDirectory, `${idOf(closed)}-code`), { recursive: true, force: true }),
  );

  it('is staged where they can: what runs, without sources and development packages', () => {
    writeRepository();
    const account = serviceAccount();
    const { root } = placeCode(closed, account);
    expect(root).not.toBe(closed);
    expect(account !== null && canReach(account, path.join(root, 'apps/migrate/dist/main.js'))).toBe(true);
    expect(readlinkSync(path.join(root, 'node_modules/@sluice/contracts'))).toBe('../../libs/contracts');
    expect(existsSync(path.join(root, 'apps/migrate/src'))).toBe(false);
    expect(existsSync(path.join(root, 'node_modules/jest'))).toBe(false);
  });
  it('is brought up to date by the next start', () => {
    writeRepository();
    placeCode(closed, serviceAccount());
    rmSync(path.join(closed, 'apps/migrate/dist/main.js'));
    write('apps/migrate/dist/main.js', 'built again');
    const { root } = placeCode(closed, serviceAccount());
    expect(readFileSync(path.join(root, 'apps/migrate/dist/main.js'), 'utf8')).toBe('built again');
  });
  it('becomes a file where a folder was, and leaves none beside it that it began', () => {
    writeRepository();
    write('apps/migrate/dist/part/index.js', 'a folder');
    placeCode(closed, serviceAccount());
    rmSync(path.join(closed, 'apps/migrate/dist/part'), { recursive: true });
    write('apps/migrate/dist/part', 'a file');
    const { root } = placeCode(closed, serviceAccount());
    expect(readFileSync(path.join(root, 'apps/migrate/dist/part'), 'utf8')).toBe('a file');
    expect(readdirSync(path.join(root, 'apps/migrate/dist')).sort()).toEqual(['main.js', 'part']);
  });

  it('is staged by several starts at once', async () => {
    writeRepository();
    for (let index = 0; index < 500; index += 1) {
      write(`node_modules/zod/part-${index}.js`, 'part', index % 2 === 0 ? 0o644 : 0o600);
      symlinkSync('package.json', path.join(closed, `node_modules/zod/link-${index}`));
    }
    const staged = await placeCodeAtOnce(6);
    expect(new Set(staged)).toEqual(new Set([placeCode(closed, serviceAccount()).root]));
    const parts = readdirSync(path.join(staged[0] ?? '', 'node_modules/zod'));
    expect(parts.sort()).toEqual(readdirSync(path.join(closed, 'node_modules/zod')).sort());
  });
  it('stays where it is when they can read it', () => {
    writeRepository();
    chmodSync(closed, 0o755);
    chmodSync(path.join(closed, 'apps/migrate/dist/main.js'), 0o644);
    expect(placeCode(closed, serviceAccount()).root).toBe(closed);
  });
});

asRoot('a state directory the services cannot reach', () => {
  it('lies below /var/lib/sluice, behind a link, and is found again', () => {
    const wanted = path.join(closed, 'state');
    const { home, movedTo } = placeHome(wanted, serviceAccount());
    try {
      expect(home.startsWith(systemStateDirectory)).toBe(true);
      expect(movedTo).toBe(home);
      expect(lstatSync(wanted).isSymbolicLink()).toBe(true);
      expect(realpathSync(wanted)).toBe(home);
      expect(placeHome(wanted, serviceAccount()).home).toBe(home);
    } finally {
      rmSync(home, { recursive: true });
    }
  });
  it('is not moved away from under data', () => {
    const wanted = path.join(closed, 'state');
    mkdirSync(path.join(wanted, 'postgres'), { recursive: true });
    expect(() => placeHome(wanted, serviceAccount())).toThrow('cannot reach');
  });
});

describe('a state directory', () => {
  it('that can be reached is used as it is', () => {
    chmodSync(closed, 0o755);
    const wanted = path.join(closed, 'state');
    expect(placeHome(wanted, serviceAccount())).toEqual({ home: wanted, movedTo: null });
  });
});
