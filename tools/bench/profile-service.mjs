/**
 * Preloaded into a service (`NODE_OPTIONS=--import`): writes a CPU profile of its whole life when it ends.
 * `--cpu-prof` itself is not allowed in NODE_OPTIONS.
 */
import { writeFileSync } from 'node:fs';
import { Session } from 'node:inspector';
import path from 'node:path';

const folder = process.env.BENCH_PROFILE_DIR;
const session = new Session();
session.connect();
session.post('Profiler.enable');
session.post('Profiler.setSamplingInterval', { interval: 500 });
session.post('Profiler.start');
process.on('exit', () => {
  session.post('Profiler.stop', (error, answer) => {
    if (error) return;
    const service = path.basename(path.dirname(path.dirname(process.argv[1])));
    writeFileSync(path.join(folder, `${service}-${process.pid}.cpuprofile`), JSON.stringify(answer.profile));
  });
});
