import path from 'node:path';
import type { Account } from '../processes/account.js';
import { makeDirectory } from '../files/directories.js';
import { writePrivateFile } from '../files/private-files.js';

/**
 * The EICAR test file, in parts: as a whole it would make antivirus products quarantine this source file.
 * https://www.eicar.org/download-anti-malware-testfile/
 */
export const eicarText = (): string =>
  ['X5O!P%@AP[4\\PZX54(P^)7CC)7}', '$EICAR-STANDARD', '-ANTIVIRUS-TEST', '-FILE!$H+H*'].join('');

/** Starts so: everything with this prefix is a test, never protection. */
export const testSignatureName = 'Sluice.Test.EICAR';

/** ClamAV's extended format: name, any target, at offset 0, the file's own bytes in hexadecimal. */
export function testSignatureLine(): string {
  return `${testSignatureName}:0:0:${Buffer.from(eicarText(), 'latin1').toString('hex')}`;
}

/** The project's own signature set: enough to try the system, no protection at all. */
export function writeTestSignatures(directory: string, account: Account | null): void {
  makeDirectory(directory, 'readable', account);
  writePrivateFile(path.join(directory, 'sluice-test.ndb'), `${testSignatureLine()}\n`, account);
}
