import { RealPostfix, serverKeys } from '@sluice/tool-acceptance/receivers';
import { whyNoPostfix } from '@sluice/tool-launcher';
import type { DoorArena } from '../door-arena.js';
import { NotRunHere, type DoorClient, type StartedClient } from '../door-client.js';
import { fateOfMail, type MailRoute } from '../mail-fate.js';
import { recipient } from '../samples.js';

/** The milter door, with the lines of docs/mail.md. */
export const postfix: DoorClient = {
  name: 'postfix',
  title: 'Postfix, milter',
  packages: [],
  expected: { clean: 'delivered', infected: 'refused', encrypted: 'deferred', away: 'deferred' },
  start: (arena) => startPostfix('postfix', postfixLines(arena)),
};

/** What the guide has its reader paste. */
export const postfixLines = (arena: DoorArena): Record<string, string> =>
  settingsOf(arena.lines('mail.md', 'main.cf'));

/** One that filters by these settings of `main.cf`; mails are sent by `submit`, where it is given. */
export async function startPostfix(
  client: string,
  settings: Readonly<Record<string, string>>,
  submit?: MailRoute['submit'],
): Promise<StartedClient> {
  const why = whyNoPostfix();
  if (why !== null) throw new NotRunHere(why);
  const server = await RealPostfix.start({ keys: await serverKeys(), mailboxes: [recipient], settings });
  const mailbox = {
    mails: () => server.mails(recipient, 0),
    heldCount: async () => (await server.held()).length,
  };
  return {
    version: RealPostfix.version(),
    meet: (occasion) => fateOfMail({ client, port: server.port, mailbox, submit }, occasion),
    stop: () => server.stop(),
  };
}

/** `name = value` lines of main.cf. */
export const settingsOf = (lines: string): Record<string, string> =>
  Object.fromEntries(
    lines
      .split('\n')
      .filter((line) => line.includes(' = '))
      .map((line) => line.split(/ = (.*)/).slice(0, 2) as [string, string]),
  );
