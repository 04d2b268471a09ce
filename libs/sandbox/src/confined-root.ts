import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';

/** Grown at /sys: the one folder that is everywhere and holds nothing anybody is given. */
const newRoot = '/sys';
/** What lies here is everyone's to read. */
export const programs = ['/usr', '/bin', '/lib', '/lib64', '/lib32', '/dev/null'];

/**
 * A shell script that makes a read-only root of programs, /dev/null and the `readable` paths, and starts its arguments
 * there. To be run as root of a user namespace with mounts and processes of its own; ends with 98 when refused. It starts
 * few programs on purpose: an inspector's start waits for each of them.
 */
export function confinedRootScript(readable: readonly string[]): string {
  const seen = withoutNested([...programs, ...readable]);
  const folders = seen.filter((place) => statSync(place).isDirectory());
  const files = seen.filter((place) => !folders.includes(place));
  const toMake = ['/proc', ...folders, ...files.map((file) => path.dirname(file))];
  const mounts = mountsOf(readFileSync('/proc/self/mountinfo', 'utf8'));
  return [
    `mount -n -t tmpfs -o size=256k,mode=755 none ${newRoot} || exit 98`,
    `mkdir -p ${toMake.map(inside).join(' ')} || exit 98`,
    ...files.map((file) => `: > ${inside(file)} || exit 98`),
    `printf '%s\\n' ${seen.map((place) => quoted(fstabLine(place, mounts))).join(' ')} > ${newRoot}/fstab || exit 98`,
    `mount -n -a -T ${newRoot}/fstab || exit 98`,
    `mount -n -t proc -o nosuid,nodev,noexec proc ${newRoot}/proc 2>/dev/null || :`,
    `mount -n -o remount,bind,ro ${newRoot} || exit 98`,
    `exec /usr/sbin/chroot ${newRoot} /usr/bin/setpriv --bounding-set=-all --inh-caps=-all --no-new-privs -- "$@"`,
  ].join('\n');
}

/** Not there: the code inside says so itself. Inside of another: seen with it. */
function withoutNested(places: readonly string[]): string[] {
  const there = [...new Set(places)].filter((place) => existsSync(place));
  return there.filter((place) => !there.some((other) => other !== place && place.startsWith(`${other}/`)));
}

const inside = (place: string): string => quoted(`${newRoot}${place}`);

const quoted = (word: string): string => `'${word.replaceAll("'", String.raw`'\''`)}'`;

/** fstab(5): fields end at white space. */
const field = (word: string): string =>
  word.replace(/[\s\\]/g, (sign) => `\\${sign.charCodeAt(0).toString(8).padStart(3, '0')}`);

function fstabLine(place: string, mounts: readonly Mount[]): string {
  const options = ['rbind', 'ro', ...lockedOptions(realpathSync(place), mounts)];
  return [field(place), field(`${newRoot}${place}`), 'none', options.join(','), '0', '0'].join(' ');
}

interface Mount {
  readonly at: string;
  readonly options: readonly string[];
}

/** proc(5), mountinfo: the fifth field is where it is mounted, the sixth its options. Later ones cover earlier ones. */
function mountsOf(text: string): Mount[] {
  return text
    .split('\n')
    .map((line) => line.split(' '))
    .filter((fields) => fields.length > 5)
    .map(({ 4: at = '', 5: options = '' }) => ({
      at: at.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8))),
      options: options.split(','),
    }));
}

/** mount_namespaces(7): what the mount below forbids stays forbidden, so a read-only copy of it has to say so too. */
function lockedOptions(place: string, mounts: readonly Mount[]): string[] {
  const below = mounts.filter(({ at }) => at === '/' || place === at || place.startsWith(`${at}/`));
  const depth = Math.max(0, ...below.map(({ at }) => at.length));
  const mount = below.findLast(({ at }) => at.length === depth);
  return ['nosuid', 'nodev', 'noexec'].filter((option) => mount?.options.includes(option));
}
