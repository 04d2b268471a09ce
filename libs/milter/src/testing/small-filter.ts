import { createHash } from 'node:crypto';
import type { Decision } from '../decision.js';
import type { MilterMessage } from '../milter-message.js';
import type { MilterReport } from '../milter-report.js';
import { MilterServer } from '../milter-server.js';

export interface FilteredMail {
  readonly sha256: string;
  readonly bytes: number;
  readonly recipients: readonly string[];
  readonly queueId: string | null;
}

const reply = (code: number, enhancedCode: string, lines: readonly string[]): Decision => ({
  answer: { kind: 'reply', reply: { code, enhancedCode, lines } },
});

/** What stands in a mail's Subject is done with it. */
function decide(message: MilterMessage): Decision {
  const subject = message.headers
    .find(({ name }) => name.toLowerCase() === 'subject')
    ?.value.toString()
    .trim();
  if (subject === 'reject') return reply(550, '5.7.1', ['not here, 100%']);
  if (subject === 'tempfail') return reply(451, '4.7.1', ['not here, 100%', 'really']);
  if (subject === 'discard') return { answer: { kind: 'discard' } };
  if (subject === 'fault') throw new Error('a fault');
  const quarantine = { kind: 'quarantine', reason: 'held by the filter' } as const;
  return {
    answer: { kind: 'continue' },
    edits: [
      { kind: 'remove-headers', name: 'X-Verdict' },
      {
        kind: 'prepend-headers',
        headers: [
          { name: 'X-Verdict', value: 'seen' },
          { name: 'X-Verdict-Details', value: 'of several\n\tlines' },
        ],
      },
      ...(subject === 'quarantine' ? [quarantine] : []),
    ],
  };
}

/** A filter for tests with real MTAs. */
export class SmallFilter {
  readonly mails: FilteredMail[] = [];
  readonly reports: MilterReport[] = [];
  private readonly server = new MilterServer({
    actions: ['add-headers', 'change-headers', 'quarantine'],
    macros: { mail: ['auth_authen'], 'end-of-message': ['i'] },
    limits: { progressMs: 50 },
    report: (report) => this.reports.push(report),
    handlers: {
      handleMessage: async (message) => {
        const hash = createHash('sha256');
        let bytes = 0;
        for await (const chunk of message.content) {
          hash.update(chunk as Buffer);
          bytes += (chunk as Buffer).length;
        }
        const recipients = message.recipients.map(({ address }) => address);
        this.mails.push({ sha256: hash.digest('hex'), bytes, recipients, queueId: message.queueId });
        return decide(message);
      },
    },
  });

  static async start(): Promise<SmallFilter> {
    const filter = new SmallFilter();
    await filter.server.listen({ host: '127.0.0.1', port: 0 });
    return filter;
  }

  get port(): number {
    return this.server.port;
  }

  close(): Promise<void> {
    return this.server.close();
  }
}
