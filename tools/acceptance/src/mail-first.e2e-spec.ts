import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Operator } from './operator.js';
import { startTestSystem, until, type TestSystem } from './test-system.js';
import { WireClient, type ClientLine } from './wire-client.js';

const heavyObjectBytes = 100_000;
const standIn = { NODE_ENV: 'test', SCANNER_STAND_IN_ENGINE_MS: '20' };

describe('mail, with two scanners of one slot each', () => {
  let system: TestSystem;
  let operator: Operator;
  let mail: ClientLine;
  let other: ClientLine;

  beforeAll(async () => {
    system = await startTestSystem({
      scanners: 2,
      variables: { SETTING_HEAVY_OBJECT_BYTES: String(heavyObjectBytes) },
      variablesFor: (name): Record<string, string> =>
        name.startsWith('scanner') ? { ...standIn, SCANNER_SLOTS: name === 'scanner-3' ? '8' : '1' } : {},
    });
    operator = new Operator(system);
    const line = async (id: string, type: 'mail' | 'other'): Promise<ClientLine> => {
      const client = await WireClient.make(id, type);
      return (await client.becomeAccepted(operator, system.gatewayUrls)).connect(system.gatewayUrl);
    };
    [mail, other] = [await line('a-mail-sensor', 'mail'), await line('another-system', 'other')];
  }, 300_000);
  afterAll(async () => {
    await operator?.close();
    await system?.end();
  }, 120_000);

  const submit = async (line: ClientLine, content: Buffer): Promise<string> => {
    const scanId = randomUUID();
    expect(await line.submit({ scanId, content })).toMatchObject({ status: 200 });
    return scanId;
  };
  const stateOf = async (line: ClientLine, scanId: string): Promise<string> =>
    (JSON.parse((await line.get(`/scans/${scanId}`)).body) as { state: string }).state;
  const isFinished = async (line: ClientLine, scanId: string): Promise<boolean> =>
    (await stateOf(line, scanId)) !== 'processing';
  const queueOfMail = async (): Promise<string[]> => {
    const { items } = await operator.get<{ items: { queue: string; sensorId: string }[] }>(
      '/scans?state=processing&limit=100',
    );
    return items.filter((one) => one.sensorId === 'a-mail-sensor').map((one) => one.queue);
  };

  it('of any size has its verdict while slow objects of another system are in every slot', async () => {
    const slow = Buffer.from('stand-in: 3600000\n');
    const large = Buffer.concat([slow, Buffer.alloc(heavyObjectBytes)]);
    const others: string[] = [];
    for (const content of [large, large, slow, slow, slow, slow]) others.push(await submit(other, content));
    const mails = [
      await submit(mail, randomBytes(2000)),
      await submit(mail, randomBytes(2 * heavyObjectBytes)),
    ];
    for (let one = 0; one < 20; one += 1) mails.push(await submit(mail, randomBytes(2000)));
    for (const scanId of mails) await until(() => isFinished(mail, scanId));
    for (const scanId of mails) expect(await stateOf(mail, scanId)).toBe('not detected');
    for (const scanId of others) expect(await stateOf(other, scanId)).toBe('processing');
  }, 240_000);

  it('is scanned whichever queue it waits in when maximum mail priority is switched under load', async () => {
    const switched = async (to: boolean): Promise<void> => {
      await operator.change('PATCH', '/settings', { maximumMailPriority: to });
    };
    const mails: string[] = [];
    // While off, mail waits behind the slow objects in the ordinary queues; while on it has its own.
    for (let round = 0; round < 6; round += 1) {
      await switched(round % 2 === 1);
      for (let one = 0; one < 10; one += 1) mails.push(await submit(mail, randomBytes(2000)));
    }
    await until(async () => new Set(await queueOfMail()).has('light'));
    // Its slots are free of slow objects: those take the ordinary slots of the other two.
    await system.addScanner('scanner-3', { ...standIn, SCANNER_SLOTS: '8' });
    for (const scanId of mails) await until(() => isFinished(mail, scanId), 120_000);
    for (const scanId of mails) expect(await stateOf(mail, scanId)).toBe('not detected');
  }, 300_000);
});
