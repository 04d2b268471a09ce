import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { DoorArena } from '../door-arena.js';
import type { DoorClient, Fate, Occasion } from '../door-client.js';
import { PrivateProgram } from '../packages/private-program.js';
import type { UnpackedPackage } from '../packages/unpack-packages.js';
import { sampleFile } from '../samples.js';

/** Moves away what it takes for infected. */
export const clamdscan: DoorClient = {
  name: 'clamdscan',
  title: 'clamdscan',
  packages: ['clamdscan'],
  expected: { clean: 'passed', infected: 'blocked', encrypted: 'blocked', away: 'blocked' },
  async start(arena) {
    const unpacked = await arena.unpack('clamdscan');
    return {
      version: unpacked.version,
      meet: (occasion) => moveAway(arena, unpacked, occasion),
      stop: () => Promise.resolve(),
    };
  },
};

async function moveAway(arena: DoorArena, unpacked: UnpackedPackage, occasion: Occasion): Promise<Fate> {
  const folder = await arena.folder(`clamdscan-${occasion}`);
  const { name, bytes } = sampleFile('clamdscan', occasion);
  const moved = path.join(folder, 'moved');
  const file = path.join(folder, name);
  await mkdir(moved);
  await writeFile(file, bytes);
  await writeFile(path.join(folder, 'clamd.conf'), configuration(arena));
  const options = [`--config-file=${folder}/clamd.conf`, '--stream', `--move=${moved}`];
  const program = await PrivateProgram.begin({
    folder,
    packageFolder: unpacked.folder,
    files: {},
    command: ['clamdscan', ...options, file],
  });
  await program.end();
  const isMoved = existsSync(path.join(moved, name)) && !existsSync(file);
  if (!isMoved && !existsSync(file)) throw new Error(`clamdscan lost ${file}: ${await program.lastWords()}`);
  return isMoved ? 'blocked' : 'passed';
}

/** What the guide's `printf` writes. */
function configuration(arena: DoorArena): string {
  const typed = arena.lines('clamd.md', 'clamdscan');
  const [, format] = /^printf '([^']*)' > clamd\.conf$/m.exec(typed) ?? [];
  if (format === undefined) throw new Error('docs/clamd.md does not write clamd.conf with printf any more');
  return format.replaceAll('\\n', '\n');
}
