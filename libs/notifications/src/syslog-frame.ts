import type { Notice } from './notice.js';
import { noticeTime } from './notice.js';

const localUse0 = 16;
/** RFC 5424, table 2. */
const severities = { critical: 2, warning: 4, notice: 5, informational: 6 } as const;

export interface SyslogFrameOptions {
  readonly severity: number;
  /** ISO 8601 with milliseconds, UTC. */
  readonly timestamp: string;
  readonly hostName: string;
  /** The kind of the notice. */
  readonly messageId: string;
  readonly message: string;
}

/**
 * One message as RFC 5424 wants it: `<PRI>1 TIMESTAMP HOSTNAME APP-NAME PROCID MSGID - MSG`, facility local0. MSG is
 * UTF-8 without a byte order mark, because receivers look for `CEF:` at its very start.
 */
export function syslogFrame(options: SyslogFrameOptions): Buffer {
  const priority = localUse0 * 8 + options.severity;
  const header = [
    `<${priority}>1`,
    options.timestamp,
    printable(options.hostName, 255),
    'sluice',
    '-',
    printable(options.messageId, 32),
    '-',
  ];
  return Buffer.from(`${header.join(' ')} ${options.message}`, 'utf8');
}

/** RFC 6587, 3.4.1 and RFC 5425, 4.3: the length in bytes goes first, so a message may hold anything. */
export const withOctetCount = (frame: Buffer): Buffer =>
  Buffer.concat([Buffer.from(`${frame.length} `, 'ascii'), frame]);

/** The frame of each line of a notice. */
export function syslogFrames(notice: Notice, lines: readonly string[], hostName: string): Buffer[] {
  return lines.map((message) =>
    syslogFrame({
      severity: severityOf(notice),
      timestamp: new Date(noticeTime(notice)).toISOString(),
      hostName,
      messageId: notice.kind,
      message,
    }),
  );
}

function severityOf(notice: Notice): number {
  switch (notice.kind) {
    case 'alert':
      return { high: severities.critical, medium: severities.warning, low: severities.notice }[
        notice.alert.importance
      ];
    case 'digest':
    case 'held-back':
    case 'operation':
      return severities.warning;
    case 'test':
      return severities.informational;
  }
}

/** Header fields are printable US-ASCII without blanks; an empty one is a dash. */
function printable(text: string, maxLength: number): string {
  const clean = text.replace(/[^!-~]/g, '').slice(0, maxLength);
  return clean === '' ? '-' : clean;
}
