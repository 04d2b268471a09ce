import type { Database } from '@sluice/database';
import { auditHeadLine, readChannel, syslogFrame, type SyslogSettings } from '@sluice/notifications';
import type { Logger } from '@sluice/runtime';
import { failed, type SendOptions, type SendOutcome } from '../deliver-notices/send-outcome.js';
import type { OpenSecrets } from '../keep-secrets/sealing-key.js';
import { attemptTimeoutMs } from '../send-deliveries/send-to-channel.js';
import { sendFrames } from '../send-syslog/send-syslog.js';
import { claimDueHeads, releaseHead, type DueHead } from './due-heads.query.js';

/** RFC 5424, table 2: informational. */
const severity = 6;

export interface SendAuditHeadsOptions extends Omit<SendOptions, 'signal'> {
  readonly database: Database;
  readonly logger: Logger;
  readonly openSecrets: OpenSecrets;
}

/**
 * Sends the head of the audit log over every syslog channel. Who can write the database can write the whole chain anew,
 * or cut its end; a head that lies elsewhere shows both (`audit verify --head`).
 */
export class SendAuditHeads {
  constructor(private readonly options: SendAuditHeadsOptions) {}

  /** How many went out. */
  async run(): Promise<number> {
    const { database, logger } = this.options;
    const due = await claimDueHeads(database.query);
    const sent = await Promise.all(
      due.map(async (head) => {
        const outcome = await this.send(head);
        if (outcome.kind === 'delivered') return true;
        logger.warn(
          { channel: head.channelId, answer: outcome.answer },
          'the head of the audit log did not go out; tried again in a minute',
        );
        await releaseHead(database.query, head);
        return false;
      }),
    );
    return sent.filter(Boolean).length;
  }

  private async send(head: DueHead): Promise<SendOutcome> {
    const settings = this.readSettings(head);
    if (settings === null)
      return failed('the settings or secrets of the channel cannot be read: save it again');
    const timestamp = new Date().toISOString();
    const message = auditHeadLine(head, { ...this.options, format: settings.format, timestamp });
    const { hostName } = this.options;
    const frame = syslogFrame({ severity, timestamp, hostName, messageId: 'audit-head', message });
    return sendFrames(settings, [frame], AbortSignal.timeout(attemptTimeoutMs));
  }

  private readSettings({ channelId, settings, secrets }: DueHead): SyslogSettings | null {
    const opened = this.options.openSecrets(channelId, secrets);
    if (opened === null) return null;
    try {
      const channel = readChannel('syslog', { ...settings, ...opened });
      return channel.kind === 'syslog' ? channel.settings : null;
    } catch {
      // Of another version; said by the caller.
      return null;
    }
  }
}
