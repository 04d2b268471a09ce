import path from 'node:path';
import { parseArgs } from 'node:util';
import { services } from '@sluice/contracts';
import {
  prepareContext,
  startPrivateClamd,
  startPrivatePostgres,
  startPrivateRabbit,
  writePrivateFile,
} from '@sluice/private-servers';

/** The three private servers alone, in the foreground, for developing services: addresses in HOME/services.json. */
const home = readHome(process.argv.slice(2));
const { records } = prepareContext({ home });
await records.endLeftovers();
const onEvent = (event: object): void => console.log(JSON.stringify(event));
const [postgres, rabbit, clamd] = await Promise.all([
  startPrivatePostgres({ home, onEvent }),
  startPrivateRabbit({ home, onEvent }),
  startPrivateClamd({ home, onEvent }),
]);
const addresses = {
  databaseUrl: postgres.adminUrl,
  amqpAdminUrl: rabbit.adminUrl,
  amqpUrls: Object.fromEntries(services.map((service) => [service, rabbit.urlFor(service)])),
  clamdUrl: clamd.url,
  clamdMaxObjectBytes: clamd.maxObjectBytes,
};
writePrivateFile(path.join(home, 'services.json'), `${JSON.stringify(addresses, null, 2)}\n`);
console.log(JSON.stringify(addresses, null, 2));
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void Promise.all([postgres.stop(), rabbit.stop(), clamd.stop()]));
}

function readHome(args: readonly string[]): string {
  try {
    const { values } = parseArgs({ args: [...args], options: { home: { type: 'string' } } });
    if (values.home !== undefined) return path.resolve(values.home);
  } catch {
    // The line below says all there is to say.
  }
  console.error('Usage: node tools/launcher/dev-servers.mjs --home FOLDER');
  process.exit(2);
}
