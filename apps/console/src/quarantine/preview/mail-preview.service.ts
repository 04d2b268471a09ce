import { Inject, Injectable } from '@nestjs/common';
import type { MailPreviewAnswer } from '@sluice/console-api';
import type { MailPreviewRequest } from '@sluice/console-api/requests';
import { readRow, type Database } from '@sluice/database';
import { SealedObjectError } from '@sluice/object-store';
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { conflict, forbidden, notFound } from '../../api/api.errors.js';
import type { Caller } from '../../api/caller.js';
import { actorOf, AuditStore } from '../../audit/audit.store.js';
import { databaseToken } from '../../connections/connection-tokens.js';
import { KeptObjectsStore } from '../../ledger/kept-objects.store.js';
import { PreviewSandbox } from './preview-sandbox.js';

/** What is further behind is not looked at; the answer says so. */
const maxParsedBytes = 8 * 1024 * 1024;
const notTheOne = 'the stored mail is not the one that was scanned';

const keptMailSchema = z.object({
  objectKey: z.string(),
  objectType: z.string().nullable(),
  sha256: z.string(),
  recipients: z.array(z.string()),
  namedRecipients: z.array(z.string()),
});
type KeptMail = z.infer<typeof keptMailSchema>;

@Injectable()
export class MailPreviewService {
  constructor(
    @Inject(databaseToken) private readonly database: Database,
    private readonly kept: KeptObjectsStore,
    private readonly sandbox: PreviewSandbox,
    private readonly audit: AuditStore,
  ) {}

  /** Nothing of the mail leaves before the audit log has who looked at it and why. */
  async read(caller: Caller, id: string, { reason }: MailPreviewRequest): Promise<MailPreviewAnswer> {
    if (!caller.canReadMail)
      throw forbidden('to read mail is a permission of its own: an administrator gives it to an operator');
    const mail = await this.find(id);
    const { start, isWhole } = await this.readStart(mail);
    const { isCut, ...shown } = await this.sandbox.read(start);
    const actor = actorOf(caller);
    await this.audit.record(null, {
      actor,
      action: 'quarantine.preview',
      target: `scan ${id}`,
      after: { reason, sha256: mail.sha256 },
    });
    const named = new Set(mail.namedRecipients);
    return {
      recipients: mail.recipients,
      blindRecipients: mail.recipients.filter((one) => !named.has(one)),
      headers: [...shown.headers],
      parts: [...shown.parts],
      isCut: isCut || !isWhole,
    };
  }

  private async find(id: string): Promise<KeptMail> {
    const answer = await this.database.query(
      `SELECT object_key AS "objectKey", object_type AS "objectType", sha256, rcpt_to AS recipients,
         named_rcpt_to AS "namedRecipients"
       FROM ledger.quarantine_list WHERE submission_id = $1`,
      [id],
    );
    const mail = readRow(keptMailSchema, answer.rows);
    if (mail === null) throw notFound('object in quarantine');
    if (mail.objectType !== 'email') throw conflict('this is no mail; download it from its alert instead');
    return mail;
  }

  /** All of it is read, so that what was altered is shown to no one as what was scanned. */
  private async readStart(mail: KeptMail): Promise<{ start: Buffer; isWhole: boolean }> {
    const hash = createHash('sha256');
    const chunks: Buffer[] = [];
    let [keptBytes, sizeBytes] = [0, 0];
    try {
      for await (const chunk of (await this.kept.read(mail.objectKey)) as AsyncIterable<Buffer>) {
        hash.update(chunk);
        sizeBytes += chunk.length;
        const part = chunk.subarray(0, maxParsedBytes - keptBytes);
        keptBytes += part.length;
        if (part.length > 0) chunks.push(part);
      }
    } catch (error) {
      if (error instanceof SealedObjectError) throw conflict(notTheOne);
      throw error;
    }
    if (hash.digest('hex') !== mail.sha256) throw conflict(notTheOne);
    return { start: Buffer.concat(chunks), isWhole: sizeBytes === keptBytes };
  }
}
