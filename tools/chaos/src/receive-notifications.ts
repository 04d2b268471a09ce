/**
 * A receiver of notifications as a process of its own, to be killed and frozen: notes the event's id in its file, then
 * answers. Usage: node receive-notifications.js mail|webhook PORT FILE CERTIFICATE KEY
 */
import { MailReceiver, WebhookReceiver } from '@sluice/tool-acceptance/receivers';
import { appendFileSync, readFileSync } from 'node:fs';

const [kind, port, file = '', certificate = '', key = ''] = process.argv.slice(2);
/** A receiver takes its time; without it nothing would be on its way when the notifier is killed. */
const answerMs = 150;

const note = (eventId: string): void => appendFileSync(file, `${eventId}\n`);
const later = (answer: () => void): void => void setTimeout(answer, answerMs);

if (kind === 'mail') {
  await MailReceiver.start(
    {
      onData: (source) => {
        note(/^X-Sluice-Event: (\S+)\r$/m.exec(source)?.[1] ?? 'a mail without an event');
        return null;
      },
      answerMs,
    },
    Number(port),
  );
} else {
  const keys = { certPem: readFileSync(certificate, 'utf8'), keyPem: readFileSync(key, 'utf8') };
  const receiver = await WebhookReceiver.start(keys, { port: Number(port) });
  receiver.answer = ({ headers }, response) => {
    note(String(headers['webhook-id']));
    later(() => response.writeHead(204).end());
  };
}
