import { writeFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';

/** Linux lets one that is not root change one in a tenth of a second, on the whole machine. */
const againMs = 120;
const mostTries = 50;

/**
 * Where Linux shares processors among sessions first (`sched_autogroup_enabled`, on by default; not inside control groups
 * that weigh processors themselves), a nice value counts among the processes of one session only, and a process that is a
 * session of its own gives way to no one. Its session gets the nice value, too (sched(7), "The autogroup feature").
 * Best effort: without it the process is as it is everywhere, only not behind others.
 */
export async function standBackAsSession(pid: number, niceness: number): Promise<void> {
  for (let tries = 1; tries <= mostTries; tries += 1) {
    try {
      return await writeFile(`/proc/${pid}/autogroup`, String(niceness));
    } catch (error) {
      // ENOENT, ESRCH: no such Linux, or the process is over. EACCES: another account's.
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') return;
    }
    await pause(againMs);
  }
}
