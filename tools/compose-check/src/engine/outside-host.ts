import { type ChildProcess, spawn } from 'node:child_process';
import { askClient } from '../ask-client.js';
import { type CheckList, ensure, eventually } from '../check-list.js';
import type { Answer, Caller } from '../client/scan-client.js';
import { type RunOptions, runProgram, tryProgram } from '../run-program.js';
import type { SystemUnderCheck } from '../system-under-check.js';

/**
 * A host outside the engine's machine, in a network namespace of its own, joined to it by one cable: who calls from
 * there has an address of its own, and what reaches its little server has a way out.
 */
export class OutsideHost {
  readonly address = '10.88.0.2';
  readonly port = 8088;
  private readonly engineAddress = '10.88.0.1';
  private readonly name: string;
  private server: ChildProcess | null = null;

  constructor(private readonly engineNetwork: string) {
    this.name = `${engineNetwork}-out`;
  }

  async start(): Promise<void> {
    const [near, far] = ['out0', 'eth0'];
    await runProgram(['ip', 'netns', 'add', this.name]);
    const inEngine = ['ip', '-n', this.engineNetwork];
    const inside = ['ip', '-n', this.name];
    await runProgram([
      ...inEngine,
      'link',
      'add',
      near,
      'type',
      'veth',
      'peer',
      'name',
      far,
      'netns',
      this.name,
    ]);
    await runProgram([...inEngine, 'addr', 'add', `${this.engineAddress}/24`, 'dev', near]);
    await runProgram([...inEngine, 'link', 'set', near, 'up']);
    await runProgram([...inside, 'addr', 'add', `${this.address}/24`, 'dev', far]);
    await runProgram([...inside, 'link', 'set', far, 'up']);
    await runProgram([...inside, 'link', 'set', 'lo', 'up']);
    await runProgram([...inside, 'route', 'add', 'default', 'via', this.engineAddress]);
    const program = `require('node:http').createServer((q, s) => s.end('outside')).listen(${this.port}, '${this.address}')`;
    this.server = spawn('ip', ['netns', 'exec', this.name, process.execPath, '-e', program], {
      stdio: 'ignore',
    });
    await eventually('the host outside answers', 20, () =>
      runProgram([
        ...['nsenter', `--net=/run/netns/${this.engineNetwork}`, 'curl', '-sf'],
        `http://${this.address}:${this.port}/`,
      ]),
    );
  }

  /** A caller from outside is seen with its own address, not the balancer's or a bridge's. */
  async check(list: CheckList, system: SystemUnderCheck): Promise<void> {
    await list.check('a caller from another host is shown with its own address', async () => {
      const answer = await this.call(await this.caller(system), 'GET', '/scans/filters');
      ensure(answer.status === 401, `answered ${answer.status} ${answer.body}`);
      const text = await system.sluice('systems', 'list', '--state', 'pending');
      const row = text.split('\n').find((line) => line.includes('from-outside')) ?? text;
      ensure(row.includes(this.address), row);
      return this.address;
    });
  }

  /** Somebody no one accepted. */
  async caller(system: SystemUnderCheck): Promise<Caller> {
    const one = await system.client.caller();
    return { ...one, host: this.engineAddress, sensorId: 'from-outside' };
  }

  /** A program of this machine, seeing only the network outside. */
  inNetwork(command: readonly string[], options: RunOptions = {}): Promise<string> {
    return runProgram(['nsenter', `--net=/run/netns/${this.name}`, ...command], options);
  }

  call(caller: Caller, method: string, path: string): Promise<Answer> {
    return askClient(this, { kind: 'call', caller, method, path }) as Promise<Answer>;
  }

  async stop(): Promise<void> {
    this.server?.kill('SIGTERM');
    await tryProgram(['ip', 'netns', 'del', this.name]);
  }
}
