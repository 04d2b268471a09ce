import { until } from '@sluice/tool-acceptance';
import { createTransport } from 'nodemailer';
import type { Fate, Occasion } from './door-client.js';
import { recipient, sampleMail, sender, subjectOf } from './samples.js';

/** Where mails of a server end up. */
export interface Mailbox {
  /** Source of every mail that came so far. */
  mails(): readonly string[] | Promise<readonly string[]>;
  /** Mails that only its operator gets out. */
  heldCount?(): Promise<number>;
}

const deliveryMs = 60_000;

export interface MailRoute {
  readonly client: string;
  readonly port: number;
  readonly mailbox: Mailbox;
  /** Sends the sample and answers the code it ended with; nodemailer does where none is given. */
  readonly submit?: ((port: number, occasion: Occasion) => Promise<number>) | undefined;
}

/** Sends a mail by SMTP and looks where it ended up: a reply of 250 is no proof that it was delivered. */
export async function fateOfMail(
  { client, port, mailbox, submit = submitAs(client) }: MailRoute,
  occasion: Occasion,
): Promise<Fate> {
  const held = (await mailbox.heldCount?.()) ?? 0;
  const code = await submit(port, occasion);
  const isThere = async (): Promise<boolean> =>
    (await mailbox.mails()).some((mail) => subjectIn(mail).includes(subjectOf(client, occasion)));
  const isHeld = async (): Promise<boolean> => ((await mailbox.heldCount?.()) ?? 0) > held;
  if (code < 300) {
    await until(async () => (await isThere()) || (await isHeld()), deliveryMs).catch(() => undefined);
    if (await isThere()) return 'delivered';
    return (await isHeld()) ? 'held' : 'lost';
  }
  // It may say no and deliver all the same.
  if (await isThere()) return 'delivered';
  return code < 500 ? 'deferred' : 'refused';
}

/** Filters put words in front of it. */
const subjectIn = (mail: string): string => /^Subject: .*$/m.exec(mail)?.[0] ?? '';

/** The code it ended with; 421 when the server hung up. */
const submitAs =
  (client: string) =>
  async (port: number, occasion: Occasion): Promise<number> => {
    const raw = await sampleMail(client, occasion);
    const transport = createTransport({
      host: '127.0.0.1',
      port,
      ignoreTLS: true,
      name: 'client.sender.example',
      socketTimeout: 180_000,
    });
    return transport.sendMail({ envelope: { from: sender, to: [recipient] }, raw }).then(
      ({ response }) => Number(response.slice(0, 3)),
      ({ responseCode }: Error & { responseCode?: number }) => responseCode ?? 421,
    );
  };
