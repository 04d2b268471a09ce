import { connect } from 'node:net';
import amqp from 'amqplib';

interface Broker {
  readonly port: number;
  readonly clusterName: string;
  /** Of a user of ours, with its password. */
  readonly url: string;
}

const patienceMs = 5000;

/** Seven bytes of head, the third to sixth of them the size of what follows, and one at the end. */
const isWholeFrame = (said: Buffer): boolean => said.length >= 7 && said.length >= said.readUInt32BE(3) + 8;

/** AMQP 0-9-1, 4.2.2. */
const protocolHeader = Buffer.from('AMQP\u0000\u0000\u0009\u0001', 'latin1');
/** A frame of the broker's first words is some 500 bytes. */
const largestGreetingBytes = 16 * 1024;

/**
 * It calls itself by our name, and then takes our password. In this order: PLAIN sends the password as it is, and another
 * system's broker must not get it.
 */
export async function isOurBroker({ port, clusterName, url }: Broker): Promise<boolean> {
  const greeting = await ask(port, protocolHeader, isWholeFrame);
  // A long string of a field table: type S, four bytes of length, the text (AMQP 0-9-1, 4.2.5.3).
  const length = Buffer.alloc(4);
  length.writeUInt32BE(Buffer.byteLength(clusterName));
  const ours = Buffer.concat([
    Buffer.from('\u000ccluster_nameS', 'latin1'),
    length,
    Buffer.from(clusterName),
  ]);
  if (!greeting.includes(ours)) throw new Error(`another broker answers on port ${port}`);
  const connection = await amqp.connect(url, { timeout: patienceMs });
  connection.on('error', () => undefined);
  await connection.close();
  return true;
}

/** Our port mapper (epmd) knows the node that listens on our distribution port. */
export async function isRegistered(ports: {
  readonly epmdPort: number;
  readonly distributionPort: number;
}): Promise<boolean> {
  // NAMES_REQ of the distribution protocol: two bytes of length, then 110.
  const names = await ask(ports.epmdPort, Buffer.from([0, 1, 110]), () => false);
  if (names.toString('latin1').includes(` at port ${ports.distributionPort}\n`)) return true;
  throw new Error(`the port mapper on ${ports.epmdPort} does not know the node`);
}

/** What is answered, until `isEnough` or the other side closes. */
function ask(port: number, question: Buffer, isEnough: (answer: Buffer) => boolean): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let answer = Buffer.alloc(0);
    const socket = connect({ host: '127.0.0.1', port });
    const end = (): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(patienceMs, end);
    socket.once('error', reject);
    socket.once('connect', () => socket.write(question));
    socket.on('data', (chunk) => {
      answer = Buffer.concat([answer, chunk]);
      if (isEnough(answer) || answer.length > largestGreetingBytes) end();
    });
    socket.once('close', end);
  });
}
