import { findFreePort } from '@sluice/private-servers';
import { canConnect } from '@sluice/tool-acceptance/receivers';
import { PrivateProgram } from '../packages/private-program.js';
import { unpackPackage } from '../packages/unpack-packages.js';

export interface ClamavMilterPlan {
  /** Of this run. */
  readonly folder: string;
  /** Where packages are kept. */
  readonly cache: string;
  /** Of clamav-milter.conf: whom it asks, and what it does then. */
  readonly lines: string;
}

export async function startClamavMilter({ folder, cache, lines }: ClamavMilterPlan) {
  const { folder: packageFolder, version } = await unpackPackage('clamav-milter', cache);
  const port = await findFreePort();
  const own = `MilterSocket inet:${port}@127.0.0.1\nForeground yes\nTemporaryDirectory /var/tmp\n`;
  const program = await PrivateProgram.begin({
    folder,
    packageFolder,
    files: { '/etc/clamav/doors.conf': `${own}${lines}` },
    command: ['clamav-milter', '--config-file=/etc/clamav/doors.conf'],
  });
  await program.becomeReady(() => canConnect(port));
  return { program, port, version };
}
