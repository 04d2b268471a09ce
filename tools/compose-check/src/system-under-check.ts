import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { askClient } from './ask-client.js';
import { ensure, eventually } from './check-list.js';
import type { ClientRequest } from './client/client-request.js';
import type { ConsoleAnswer } from './client/console-call.js';
import type { DockerEngine } from './engine/docker-engine.js';
import { ExternalSystem } from './external-system.js';
import type { RunResult } from './run-program.js';

export interface ContainerState {
  readonly id: string;
  readonly service: string;
  readonly name: string;
  readonly state: string;
  readonly health: string;
}

const containersSchema = z.array(
  z.object({
    Id: z.string(),
    Names: z.array(z.string()),
    State: z.string(),
    Status: z.string(),
    Labels: z.record(z.string(), z.string()),
  }),
);

/** Loading signatures, a broker's start and a dozen services take so long on two cores that others use too. */
const patienceSeconds = 420;

/** The compose system of one checkout, operated with the commands of the docs, and two external systems that call it. */
export class SystemUnderCheck {
  /** A mail sensor. */
  readonly client: ExternalSystem;
  readonly fileServer: ExternalSystem;

  constructor(
    readonly engine: DockerEngine,
    /** The checkout, inside the engine's base folder. */
    readonly folder: string,
  ) {
    this.client = new ExternalSystem(engine, 'compose-check', 8443);
    this.fileServer = new ExternalSystem(engine, 'compose-files', 8443);
  }

  compose(...args: readonly string[]): Promise<string> {
    return this.engine.docker(['compose', ...args], { cwd: this.folder });
  }

  tryCompose(...args: readonly string[]): Promise<RunResult> {
    return this.engine.tryDocker(['compose', ...args], { cwd: this.folder });
  }

  /** A line as the docs have it, by a shell in the checkout. Rejects with what it printed. */
  async shell(line: string): Promise<string> {
    const result = await this.engine.tryInside(['sh', '-c', line], this.folder);
    const said = `${result.stdout}${result.stderr}`;
    ensure(result.exitCode === 0, `"${line}" ended with ${result.exitCode}: ${said.slice(-1500)}`);
    return result.stdout;
  }

  /** The operators' command line. */
  sluice(...args: readonly string[]): Promise<string> {
    return this.compose('exec', '-T', 'console', 'sluice', ...args);
  }

  rabbitmqctl(...args: readonly string[]): Promise<string> {
    return this.compose('exec', '-T', 'rabbitmq', 'rabbitmqctl', '-q', ...args);
  }

  /** One statement, as the database's owner. */
  async sql(statement: string): Promise<string> {
    const psql = ['psql', '-U', 'sluice', '-d', 'sluice', '-tA', '-v', 'ON_ERROR_STOP=1', '-c', statement];
    return (await this.compose('exec', '-T', 'postgres', ...psql)).trim();
  }

  /** Those of the services, stopped ones too. */
  async containers(): Promise<ContainerState[]> {
    const label = ['com.docker.compose.project=sluice', 'com.docker.compose.oneoff=False'];
    const query = new URLSearchParams({ all: '1', filters: JSON.stringify({ label }) });
    const answer = containersSchema.parse(await this.engine.ask(`/containers/json?${query.toString()}`));
    return answer.map(({ Id, Names, State, Status, Labels }) => ({
      id: Id,
      service: Labels['com.docker.compose.service'] ?? '',
      name: (Names[0] ?? Id).slice(1),
      state: State,
      health: /\((?:health: )?(\w+)\)$/.exec(Status)?.[1] ?? '',
    }));
  }

  async containersOf(service: string): Promise<ContainerState[]> {
    return (await this.containers()).filter((one) => one.service === service);
  }

  /** A field of `docker inspect`, as a Go template. */
  async inspect(id: string, template: string): Promise<string> {
    return (await this.engine.docker(['inspect', '--format', template, id])).trim();
  }

  /** Waits until each container that has a health check passes it; answers how many. */
  untilHealthy(seconds = patienceSeconds): Promise<number> {
    return eventually('every container is healthy', seconds, async () => {
      const running = (await this.containers()).filter(({ service }) => service !== 'migrate');
      const sick = running.filter(({ state, health }) => state !== 'running' || health !== 'healthy');
      if (sick.length > 0 || running.length === 0)
        throw new Error(sick.map(({ name, state, health }) => `${name} is ${state} ${health}`).join(', '));
      return running.length;
    });
  }

  /** Ends the server in each container of the service, as a crash or the kernel would; waits for its restart policy. */
  async kill(service: string): Promise<void> {
    const containers = await this.containersOf(service);
    const before = new Map<string, string>();
    for (const { id } of containers) {
      const [pid = '', startedAt = ''] = (
        await this.inspect(id, '{{.State.Pid}} {{.State.StartedAt}}')
      ).split(' ');
      // 0 is what a container has that does not run: to the kernel it would be the check itself.
      ensure(Number(pid) > 1, `a container of ${service} does not run`);
      before.set(id, startedAt);
      // The first process only waits for the server, which is its child.
      const [server = ''] = (await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')).split(' ');
      ensure(Number(server) > 1, `a container of ${service} has no server below its first process`);
      process.kill(Number(server), 'SIGKILL');
    }
    await eventually(`${service} is back by itself`, patienceSeconds, async () => {
      for (const { id, name, state, health } of await this.containersOf(service)) {
        if (state !== 'running' || health !== 'healthy') throw new Error(`${name} is ${state} ${health}`);
        if ((await this.inspect(id, '{{.State.StartedAt}}')) === before.get(id))
          throw new Error(`${name} still runs`);
      }
      return true;
    });
  }

  /** A shell command inside the first container of a service. */
  inside(service: string, script: string): Promise<RunResult> {
    return this.tryCompose('exec', '-T', service, 'sh', '-c', script);
  }

  askConsole(call: Omit<Extract<ClientRequest, { kind: 'console' }>, 'kind'>): Promise<ConsoleAnswer> {
    return askClient(this.engine, { kind: 'console', ...call }) as Promise<ConsoleAnswer>;
  }

  /** A program on the host that speaks to clamd, or an MTA that asks its filter. */
  askSensor(call: Extract<ClientRequest, { kind: 'clamd' | 'milter' }>): Promise<string> {
    return askClient(this.engine, call) as Promise<string>;
  }

  /** Writes `.env`; variables that are not given have their defaults again. */
  setEnvironment(variables: Readonly<Record<string, string | number>>): Promise<void> {
    const lines = Object.entries(variables).map(([name, value]) => `${name}=${value}\n`);
    return writeFile(path.join(this.folder, '.env'), lines.join(''));
  }

  secret(name: string): Promise<string> {
    return readFile(path.join(this.folder, 'deploy/secrets', name), 'utf8');
  }
}
