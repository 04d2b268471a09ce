import { createTransport } from 'nodemailer';
import type { KeyObject } from 'node:crypto';

/** The mail with a DKIM signature of example.com on top. */
export async function signMail(raw: string, privateKey: KeyObject): Promise<string> {
  const signer = createTransport({
    streamTransport: true,
    buffer: true,
    newline: 'windows',
    dkim: {
      domainName: 'example.com',
      keySelector: 's',
      privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    },
  });
  const envelope = { from: 'joerg@example.com', to: ['anna@plain.example'] };
  const { message } = await signer.sendMail({ envelope, raw });
  return (message as Buffer).toString('utf8');
}
