import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const databaseNumber = 27_800;
const functionalityLevel = 90;

/** The EICAR test file, put together so that it stands in no file of the repository. */
export const eicar = [
  'X5O!P%@AP[4',
  String.raw`\PZX54(P^)7CC)7}$`,
  'EICAR-STANDARD-ANTIVIRUS',
  '-TEST-FILE!$H+H*',
].join('');

/**
 * A `daily.cud` with one signature, for EICAR: a container of ClamAV (a header of 512 bytes, then tar.gz) that clamd loads
 * without a signature of the vendor. It makes VERSION tell a database number and a time, as official signatures do, so
 * that verdicts count.
 */
export function makeSignatureFile(now = new Date()): Buffer {
  const folder = mkdtempSync(path.join(tmpdir(), 'sluice-signatures-'));
  try {
    mkdirSync(folder, { recursive: true });
    const rule = `Eicar-Test-Signature:0:0:${Buffer.from(eicar.slice(0, 40)).toString('hex')}\n`;
    const made = header(now, 'X');
    writeFileSync(path.join(folder, 'COPYING'), 'For tests alone.\n');
    writeFileSync(path.join(folder, 'daily.ndb'), rule);
    const digest = createHash('sha256').update(rule).digest('hex');
    writeFileSync(path.join(folder, 'daily.info'), `${made}\ndaily.ndb:${rule.length}:${digest}\n`);
    const files = ['COPYING', 'daily.info', 'daily.ndb'];
    const archive = path.join(folder, 'daily.tar.gz');
    execFileSync('tar', ['-C', folder, '--owner=0', '--group=0', '-czf', archive, ...files]);
    const content = readFileSync(archive);
    const md5 = createHash('md5').update(content).digest('hex');
    return Buffer.concat([Buffer.from(header(now, md5).padEnd(512, ' ')), content]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function header(now: Date, md5: string): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${two(now.getUTCDate())} ${months[now.getUTCMonth()] ?? ''} ${now.getUTCFullYear()}`;
  const time = `${two(now.getUTCHours())}-${two(now.getUTCMinutes())} +0000`;
  const seconds = Math.floor(now.getTime() / 1000);
  return `ClamAV-VDB:${day} ${time}:${databaseNumber}:1:${functionalityLevel}:${md5}:X:builder:${seconds}`;
}
