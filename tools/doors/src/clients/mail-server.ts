import { findFreePort } from '@sluice/private-servers';
import { canConnect } from '@sluice/tool-acceptance/receivers';
import type { DoorArena } from '../door-arena.js';
import type { StartedClient } from '../door-client.js';
import { fateOfMail } from '../mail-fate.js';
import { PrivateProgram, type PrivateProgramPlan } from '../packages/private-program.js';

export interface MailServerPlan {
  /** Of the client; the folder of its run, too. */
  readonly name: string;
  readonly packageName: string;
  readonly program: (ports: MailServerPorts) => Omit<PrivateProgramPlan, 'folder' | 'packageFolder'>;
}

export interface MailServerPorts {
  /** Where it takes mail. */
  readonly smtp: number;
  /** Where it delivers to. */
  readonly onward: number;
}

/** A mail server out of its package that passes on what it takes: what comes to the server behind it was delivered. */
export async function startMailServer(
  arena: DoorArena,
  { name, packageName, program: planFor }: MailServerPlan,
): Promise<StartedClient> {
  const { folder: packageFolder, version } = await arena.unpack(packageName);
  const smtp = await findFreePort();
  const program = await PrivateProgram.begin({
    folder: await arena.folder(name),
    packageFolder,
    ...planFor({ smtp, onward: arena.receiver.port }),
  });
  await program.becomeReady(() => canConnect(smtp));
  const mailbox = { mails: () => arena.receiver.mails.map(({ source }) => source) };
  return {
    version,
    meet: (occasion) => fateOfMail({ client: name, port: smtp, mailbox }, occasion),
    stop: () => program.stop(),
  };
}
