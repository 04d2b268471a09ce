import type { KeyPair } from '@sluice/tls';
import { findFreePort } from '@sluice/private-servers';
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { until } from '../until.js';
import { canConnect } from './can-connect.js';

const program = '/usr/sbin/rsyslogd';

/** A real rsyslogd of one's own, taking syslog over TLS into a file. */
export class RealRsyslog {
  private constructor(
    private readonly folder: string,
    private readonly child: ChildProcess,
    readonly port: number,
  ) {}

  static async start(keys: KeyPair): Promise<RealRsyslog> {
    const folder = await mkdtemp(path.join(tmpdir(), 'sluice-rsyslog-'));
    const port = await findFreePort();
    const at = (name: string) => path.join(folder, name);
    await writeFile(at('server.crt'), keys.certPem);
    await writeFile(at('server.key'), keys.keyPem, { mode: 0o600 });
    await writeFile(at('rsyslog.conf'), configuration(folder, port));
    const child = spawn(program, ['-n', '-f', at('rsyslog.conf'), '-i', at('pid')], {
      stdio: 'ignore',
    });
    const one = new RealRsyslog(folder, child, port);
    await until(() => canConnect(port));
    return one;
  }

  /** Those that hold the words, once there are so many: the head of the audit log comes on its own account. */
  async linesWith(words: string, count: number): Promise<string[]> {
    let found: string[] = [];
    await until(async () => {
      found = (await this.lines(0)).filter((line) => line.includes(words));
      return found.length >= count;
    });
    return found;
  }

  /** Lines of its file, once there are as many. */
  async lines(count: number): Promise<string[]> {
    let lines: string[] = [];
    await until(async () => {
      const text = await readFile(path.join(this.folder, 'out.log'), 'utf8').catch(() => '');
      lines = text.split('\n').slice(0, -1);
      return lines.length >= count;
    });
    return lines;
  }

  /** When it last wrote a line. */
  async writtenAtMs(): Promise<number> {
    return (await stat(path.join(this.folder, 'out.log'))).mtimeMs;
  }

  async stop(): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      const closed = once(this.child, 'close');
      this.child.kill('SIGTERM');
      await closed;
    }
    await rm(this.folder, { recursive: true, force: true });
  }
}

const configuration = (folder: string, port: number): string => `
global(workDirectory="${folder}" maxMessageSize="64k"
  defaultNetstreamDriver="ossl" defaultNetstreamDriverCAFile="${folder}/server.crt"
  defaultNetstreamDriverCertFile="${folder}/server.crt" defaultNetstreamDriverKeyFile="${folder}/server.key")
module(load="imtcp" streamDriver.name="ossl" streamDriver.mode="1" streamDriver.authMode="anon")
input(type="imtcp" address="127.0.0.1" port="${port}")
template(name="parsed" type="string" string="%syslogfacility-text%.%syslogseverity-text% %hostname% %app-name% %msgid% %msg%\\n")
action(type="omfile" file="${folder}/out.log" template="parsed")
`;
