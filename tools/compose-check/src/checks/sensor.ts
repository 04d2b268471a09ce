import { ensure, eventually } from '../check-list.js';
import type { PartContext } from '../parts.js';
import { eicar } from '../stand-ins/signature-file.js';
import type { SystemUnderCheck } from '../system-under-check.js';
import { usualSystem } from './bring-up.js';
import { checkReach, confined } from './confinement.js';
import { readHeldMail } from './read-held-mail.js';

/** Published ports of the compose file's defaults. */
const clamdPort = 3310;
const milterPort = 8891;
const listening = { SENSOR_CLAMD_LISTEN: '0.0.0.0:3310', SENSOR_MILTER_LISTEN: '0.0.0.0:8891' } as const;

/** The sensor as docs/compose.md starts it: before it is accepted, accepted, killed, away. */
export async function checkSensor(context: PartContext): Promise<void> {
  const { list, system } = context;
  list.heading('The sensor: docker compose --profile sensor up -d');
  await list.check('before an operator accepted it nothing is called clean', () => notAccepted(system));
  await list.check('both listeners are accepted with sluice systems accept', () => acceptBoth(system));
  await list.check('clamd: OK for a clean stream, FOUND for EICAR', () => streams(system));
  await list.check('milter: a clean mail goes on, an infected one is refused with 550', () => mails(system));
  await list.check(
    'hold: an infected mail is accepted for Sluice, and read in the console as text',
    async () => {
      await listen(system, { SENSOR_MILTER_WHEN_DETECTED: 'hold' });
      const word = await judged(system, eicar, 'a mail to be held');
      ensure(word === 'd', `the mail's last word was ${word}`);
      return readHeldMail(system, 'a mail to be held');
    },
  );
  await listen(system);
  await list.check('kill -9 of the sensor: it comes back and judges', async () => {
    await system.kill('sensor');
    return streams(system);
  });
  await list.check('sensor: no root, no capabilities, read-only, limited', () => confined(system, 'sensor'));
  // A network that publishes ports is one with a way out.
  await checkReach(context, 'sensor', { may: ['balancer'], outside: true });
  await list.check('no gateway: FOUND for clamd, a temporary failure for mail', () => away(system));
  await system.compose('rm', '--stop', '--force', 'sensor');
  await usualSystem(system);
}

/** Starts it, or anew where its settings are others than before. */
async function listen(system: SystemUnderCheck, settings: Readonly<Record<string, string>> = {}) {
  await system.setEnvironment({ SCANNERS: 4, GATEWAYS: 2, ...listening, ...settings });
  await system.compose('--profile', 'sensor', 'up', '-d');
  return system.untilHealthy();
}

async function notAccepted(system: SystemUnderCheck): Promise<string> {
  await system.setEnvironment({ SCANNERS: 4, GATEWAYS: 2, ...listening });
  await system.compose('--profile', 'sensor', 'up', '-d');
  await eventually('the listener answers', 120, async () =>
    (await system.askSensor({ kind: 'clamd', port: clamdPort })) === 'PONG' ? true : null,
  );
  const said = await scanned(system, 'harmless');
  ensure(said.endsWith(' FOUND'), `clamd's listener said ${said}`);
  const word = await judged(system, 'harmless');
  ensure(/^(t|y 4)/.test(word), `the mail's last word was ${word}`);
  return `${said}; ${word}`;
}

async function acceptBoth(system: SystemUnderCheck): Promise<string> {
  await eventually('the requests are shown', 60, async () => {
    await system.sluice('systems', 'accept', 'clamd', '--type', 'other');
    await system.sluice('systems', 'accept', 'mail', '--type', 'mail');
    return true;
  });
  return `${await system.untilHealthy()} containers healthy`;
}

async function streams(system: SystemUnderCheck): Promise<string> {
  const [clean, infected] = [await scanned(system, 'nothing in here'), await scanned(system, eicar)];
  ensure(clean === 'stream: OK', `clean: ${clean}`);
  ensure(/^stream: .*eicar.* FOUND$/i.test(infected), `EICAR: ${infected}`);
  return infected;
}

async function mails(system: SystemUnderCheck): Promise<string> {
  const [clean, infected] = [await judged(system, 'nothing in here'), await judged(system, eicar)];
  ensure(/^[ac]/.test(clean), `clean: ${clean}`);
  ensure(clean.length === 1 && infected.startsWith('y 550 5.7.1 '), `EICAR: ${infected}`);
  return infected.slice(2);
}

async function away(system: SystemUnderCheck): Promise<string> {
  await system.compose('stop', 'gateway');
  const said = await scanned(system, 'harmless again');
  ensure(said.endsWith(' FOUND'), `clamd's listener said ${said}`);
  const word = await judged(system, 'harmless again');
  ensure(/^(t|y 4)/.test(word), `the mail's last word was ${word}`);
  return `${said}; ${word}`;
}

const scanned = (system: SystemUnderCheck, text: string): Promise<string> =>
  system.askSensor({ kind: 'clamd', port: clamdPort, base64: Buffer.from(text).toString('base64') });

const judged = (system: SystemUnderCheck, body: string, subject = 'a mail'): Promise<string> =>
  system.askSensor({
    kind: 'milter',
    port: milterPort,
    from: 'anna@example.org',
    to: 'ben@example.net',
    headers: [
      ['Subject', subject],
      ['Message-ID', '<1@client.example>'],
    ],
    body: `${body}\r\n`,
  });
