import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eicarText, findFreePort } from '@sluice/private-servers';
import { registerSensor } from '@sluice/tool-command-line';
import { readDoor } from '@sluice/tool-launcher';
import { Operator } from './operator.js';
import { storedZip } from './stored-zip.js';
import { startTestSystem, until, type TestSystem } from './test-system.js';

const run = promisify(execFile);

let folder: string;
let system: TestSystem;
let operator: Operator;
let port: number;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'sluice-clamd-clients-'));
  // clamdscan moves files as the user it likes.
  await chmod(folder, 0o755);
  system = await startTestSystem({ variables: { SENSOR_CLAMD_HOLD_SECONDS: '25' } });
  operator = new Operator(system);
  port = await findFreePort();
  await system.addSensor({
    doors: [readDoor('clamd', String(port), '')],
    register: (what, certificateFile) => registerSensor(system.home, what, certificateFile),
  });
  await writeFile(path.join(folder, 'clamd.conf'), clamdConf());
  await writeSamples();
}, 240_000);

afterAll(async () => {
  await operator?.close();
  await system?.end();
  await rm(folder, { recursive: true, force: true });
}, 60_000);

const samples = ['clean.txt', 'eicar.txt', 'eicar.zip', 'locked.zip'] as const;

async function writeSamples(): Promise<void> {
  const eicar = Buffer.from(eicarText());
  await writeFile(path.join(folder, 'clean.txt'), 'nothing to see here');
  await writeFile(path.join(folder, 'eicar.txt'), eicar);
  await writeFile(path.join(folder, 'eicar.zip'), storedZip('invoice.exe', eicar));
  await writeFile(path.join(folder, 'note.txt'), 'a secret');
  const sealed = ['--options', 'zip:encryption=traditional', '--passphrase', 'not to be guessed'];
  await run('bsdtar', ['-acf', 'locked.zip', '--format', 'zip', ...sealed, 'note.txt'], { cwd: folder });
}

/** The lines that docs/clamd.md says to type, with this system's port. */
function clamdConf(): string {
  return `TCPSocket ${port}\nTCPAddr 127.0.0.1\n`;
}

describe('clamdscan', () => {
  it('is configured by the lines of docs/clamd.md', async () => {
    const documented = await readFile(path.resolve(import.meta.dirname, '../../../docs/clamd.md'), 'utf8');
    expect(documented).toContain(
      `printf '${clamdConf().replace(String(port), '3310').replaceAll('\n', '\\n')}'`,
    );
  });

  it('moves away what is infected or was not examined, and leaves what is clean', async () => {
    const moved = path.join(folder, 'moved');
    await mkdir(moved);
    const files = samples.map((name) => path.join(folder, name));
    const ending = await clamdscan(`--move=${moved}`, ...files);
    expect(ending.output).toContain('clean.txt: OK');
    expect(ending.output).toMatch(/eicar\.txt: Sluice\.clamav\.\S+ FOUND/);
    expect(ending.output).toMatch(/locked\.zip: Sluice\.NotExamined\.Encrypted\.Zip FOUND/);
    expect(ending.code).toBe(1);
    const stayed = files.filter((file) => existsSync(file)).map((file) => path.basename(file));
    expect(stayed).toEqual(['clean.txt']);
    for (const name of samples.slice(1)) expect(existsSync(path.join(moved, name))).toBe(true);
    await writeSamples();
  });

  it('shows the release of ClamAV that judged', async () => {
    const { stdout } = await run('clamdscan', [`--config-file=${folder}/clamd.conf`, '--version']);
    // The project's test signatures have no date.
    expect(stdout).toMatch(/^ClamAV \d+\.\d+\.\d+\/\d+\/\w{3} \w{3} [ \d]\d \d\d:\d\d:\d\d \d{4}\n$/);
  });
});

it('the alert of what was found stands in the console, from the sensor', async () => {
  const alert = await until(async () => {
    const { items } = await operator.get<{ items: { sensorId: string; names: string[] }[] }>(
      '/alerts?q=eicar',
    );
    return items.find(({ sensorId }) => sensorId === 'clamd');
  });
  expect(alert.names.join()).toMatch(/eicar/i);
});

describe('the clamscan package', () => {
  interface Scanner {
    scanStream(stream: Readable): Promise<{ isInfected: boolean | null; viruses: string[] }>;
  }
  const Clamscan = createRequire(import.meta.url)('clamscan') as new () => {
    init(options: unknown): Promise<Scanner>;
  };

  it.each([
    ['clean.txt', false, /^$/],
    ['eicar.txt', true, /^Sluice\.clamav\./],
    ['eicar.zip', true, /^Sluice\.clamav\./],
    ['locked.zip', true, /^Sluice\.NotExamined\.Encrypted\.Zip$/],
  ])('judges %s by host and port alone', async (name, isInfected, virus) => {
    const scanner = await new Clamscan().init({
      clamdscan: { host: '127.0.0.1', port, socket: false, localFallback: false, timeout: 60_000 },
      preference: 'clamdscan',
    });
    const found = await scanner.scanStream(Readable.from([await readFile(path.join(folder, name))]));
    expect(found.isInfected).toBe(isInfected);
    expect(found.viruses.join()).toMatch(virus);
  });
});

// Last: the gateway does not come back.
it('nothing is clean while the gateway is away', async () => {
  const gateway = system.processes.find(({ name }) => name === 'gateway');
  expect(gateway).toBeDefined();
  await gateway?.stop();
  const file = path.join(folder, 'clean.txt');
  const ending = await clamdscan(file);
  expect(ending.output).toContain('Sluice.NotExamined.Unavailable FOUND');
  expect(ending.code).toBe(1);
}, 180_000);

function clamdscan(...args: string[]): Promise<{ code: number; output: string }> {
  const all = [`--config-file=${folder}/clamd.conf`, '--stream', '--no-summary', ...args];
  return new Promise((resolve) => {
    execFile('clamdscan', all, (error, stdout, stderr) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, output: stdout + stderr }),
    );
  });
}
