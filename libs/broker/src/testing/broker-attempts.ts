import { declaredQueues, exchanges, ledgerRpc, services, streams } from '@sluice/contracts';
import amqp from 'amqplib';

/** One verb of AMQP, and what it is called in a list of those that were allowed. */
type Attempt = readonly [name: string, run: (channel: amqp.ConfirmChannel) => unknown];

export const bytes = Buffer.from('{}');
const evil = 'sluice.evil';
const queueNames = declaredQueues('classic').map(({ name }) => name);
export const streamNames: readonly string[] = Object.values(streams).map(({ name }) => name);
const exchangeNames = Object.values(exchanges).map(({ name }) => name);
const rpcKeys = [
  ...Object.values(ledgerRpc).map(({ pattern }) => pattern),
  ...['registry.sightings', 'service.status', 'scan.restarts', 'ledger.none'],
];

export const publishing: readonly Attempt[] = [
  ...exchangeNames
    .filter((name) => name !== exchanges.rpc.name)
    .map((name): Attempt => [`publish ${name}`, (channel) => channel.publish(name, 'light', bytes)]),
  ...rpcKeys.map((key): Attempt => [
    `ask ${key}`,
    (channel) => channel.publish(exchanges.rpc.name, key, bytes),
  ]),
  ...queueNames.map((name): Attempt => [
    `publish straight into ${name}`,
    (channel) => channel.sendToQueue(name, bytes),
  ]),
  ...services.map((name): Attempt => [
    `publish as ${name}`,
    (channel) => channel.publish(exchanges.rpc.name, 'service.status', bytes, { userId: name }),
  ]),
];
export const reading: readonly Attempt[] = queueNames.map((name) => [
  `read ${name}`,
  async (channel) => {
    await channel.prefetch(1);
    await channel.consume(name, () => undefined);
  },
]);
/** Everything that makes something new, under names that look as if they were ours. */
export const making: readonly Attempt[] = [
  ['declare a queue', (channel) => channel.assertQueue(evil, { durable: false })],
  ['declare a queue the broker names', (channel) => channel.assertQueue('', { exclusive: true })],
  [
    'declare a queue whose dead letters become requests',
    (channel) =>
      channel.assertQueue('', {
        exclusive: true,
        messageTtl: 1,
        deadLetterExchange: exchanges.rpc.name,
        deadLetterRoutingKey: ledgerRpc.changeAlert.pattern,
      }),
  ],
  ...services.flatMap((service) =>
    ['registry', 'finished', 'evil'].map((topic): Attempt => [
      `declare exchange ${service}.${topic}.evil`,
      (channel) => channel.assertExchange(`${service}.${topic}.evil`, 'topic'),
    ]),
  ),
  ['declare an exchange', (channel) => channel.assertExchange(evil, 'fanout')],
  [
    'declare an exchange whose alternate takes requests',
    (channel) => channel.assertExchange(evil, 'fanout', { alternateExchange: exchanges.rpc.name }),
  ],
  [
    'bind an exchange of the broker to requests',
    (channel) => channel.bindExchange(exchanges.rpc.name, 'amq.fanout', ''),
  ],
  ['publish to an exchange of the broker', (channel) => channel.publish('amq.fanout', '', bytes)],
];
/** Everything that changes what is there. `results` is its owner and may. */
export const rearranging: readonly Attempt[] = [
  // Streams cannot be purged by anyone, and asking ends the connection.
  ...queueNames
    .filter((name) => !streamNames.includes(name))
    .map((name): Attempt => [`purge ${name}`, (channel) => channel.purgeQueue(name)]),
  ...queueNames.flatMap((name): Attempt[] => [
    [`delete ${name}`, (channel) => channel.deleteQueue(name, { ifUnused: true, ifEmpty: true })],
    [`bind ${name} to verdicts`, (channel) => channel.bindQueue(name, exchanges.verdicts.name, 'x')],
  ]),
  ...exchangeNames.flatMap((name): Attempt[] => [
    [`delete ${name}`, (channel) => channel.deleteExchange(name, { ifUnused: true })],
    ...exchangeNames
      .filter((other) => other !== name)
      .map((other): Attempt => [
        `bind exchange ${name} to ${other}`,
        (channel) => channel.bindExchange(other, name, '#'),
      ]),
  ]),
];

/** 403 for a permission that is missing; 406 for a `user-id` that is not one's own. */
const refusal = /ACCESS.REFUSED|access to .* refused|user_id property set to/i;

/** The names of those that the broker let pass. Rejects when one failed for another reason than a permission. */
export async function allowedTo(url: string, attempts: readonly Attempt[]): Promise<string[]> {
  const connection = await amqp.connect(url, { noDelay: true });
  const allowed: string[] = [];
  for (const [name, run] of attempts) {
    const channel = await connection.createConfirmChannel();
    const failed = new Promise<Error>((resolve) => channel.on('error', resolve));
    const done = (async () => {
      await run(channel);
      await channel.waitForConfirms();
      await channel.close();
      return null;
    })();
    const error = await Promise.race([failed, done.catch(() => failed)]);
    if (error === null) allowed.push(name);
    else if (!refusal.test(error.message)) throw new Error(`${name}: ${error.message}`);
  }
  await connection.close();
  return allowed;
}
