import { StartError } from '../start.errors.js';

const elsewhere = 'set SLUICE_HOME to a folder you may write';
const faults: Readonly<Record<string, readonly [problem: string, nextStep: string]>> = {
  ENOSPC: ['the disk is full', 'Free some space there, or set SLUICE_HOME to another disk.'],
  EDQUOT: ['the disk quota is used up', 'Free some space, or set SLUICE_HOME to another disk.'],
  EACCES: ['not permitted', `Run as its owner, or ${elsewhere}.`],
  EPERM: ['not permitted', `Run as its owner, or ${elsewhere}.`],
  EROFS: ['the file system is read-only', `Please ${elsewhere}.`],
  ENOTDIR: ['a part of the path is not a folder', `Please ${elsewhere}.`],
  ENOENT: ['there can be no folder', `Please ${elsewhere}.`],
  ENAMETOOLONG: ['the path is too long', `Please ${elsewhere}.`],
};

/** Runs `work`; turns what the operating system says about a disk into a line people can act on. */
export function explainDiskFaults<Result>(place: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    const known = faults[(error as NodeJS.ErrnoException).code ?? ''];
    if (known === undefined) throw error;
    throw new StartError(`Cannot write ${place}: ${known[0]}.`, known[1], { cause: error });
  }
}
