import { Operator, until, type TestSystem } from '@sluice/tool-acceptance';
import type { MailReceiver } from '@sluice/tool-acceptance/receivers';

interface Held {
  readonly id: string;
  readonly message: { readonly subject: string | null } | null;
}
interface Page {
  readonly items: readonly Held[];
  readonly nextCursor: string | null;
}

const pageSize = 100;

/** What Sluice alone has, as an operator finds it and lets it out. */
export class HeldMails {
  constructor(
    private readonly system: TestSystem,
    private readonly receiver: Pick<MailReceiver, 'mails'>,
  ) {}

  async subjects(): Promise<string[]> {
    return (await this.list()).map(({ message }) => message?.subject ?? 'no subject');
  }

  /** All of them, to their recipients. What arrived until all are there, or the time is up. */
  async release(timeoutMs: number): Promise<string[]> {
    const ids = (await this.list()).map(({ id }) => id);
    await this.asOperator(async (operator) => {
      for (let at = 0; at < ids.length; at += pageSize)
        await operator.change('POST', '/quarantine/release', { ids: ids.slice(at, at + pageSize) });
    });
    await until(() => this.receiver.mails.length >= ids.length, timeoutMs).catch(() => undefined);
    return this.receiver.mails.map(({ source }) => source);
  }

  private list(): Promise<Held[]> {
    return this.asOperator(async (operator) => {
      const found: Held[] = [];
      for (let more: string | null = ''; more !== null;) {
        const page: Page = await operator.get(`/quarantine?hold=held&limit=${pageSize}${more}`);
        found.push(...page.items);
        more = page.nextCursor === null ? null : `&cursor=${encodeURIComponent(page.nextCursor)}`;
      }
      return found;
    });
  }

  private async asOperator<Result>(work: (operator: Operator) => Promise<Result>): Promise<Result> {
    const operator = new Operator(this.system);
    try {
      return await work(operator);
    } finally {
      await operator.close();
    }
  }
}
