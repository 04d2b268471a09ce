import { describe, expect, it } from 'vitest';
import { findFaults } from './page-states/find-faults.js';
import { servePages } from './served-pages.js';

const timeZone = 'Pacific/Chatham';
const served = servePages({ timezoneId: timeZone });
const sender = 'فاتورة@مورد.السعودية';
const recipient = 'علي@شركة.السعودية';
const endless = `${'nonewasbroken'.repeat(80)}@supplier.example`;

/** Gives the first mail in the list another envelope and subject. */
function writeMail(subject: string, from: string, to: readonly string[]): number {
  const { fake } = served;
  const id = fake.alerts.find((one) => one.message !== null)?.id ?? 0;
  fake.alerts = fake.alerts.map((alert) =>
    alert.id === id
      ? ({ ...alert, message: { subject, sender: from, recipients: to } } as typeof alert)
      : alert,
  );
  return id;
}

/** Where the eye finds a text in the row, from its left edge on. */
const placeOf = (id: number, text: string): Promise<{ left: number; right: number }> =>
  served.page.locator(`[data-alert="${id}"]`).evaluate((row, wanted) => {
    const walker = document.createTreeWalker(row, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const at = (node.textContent ?? '').indexOf(wanted);
      if (at < 0) continue;
      const range = document.createRange();
      range.setStart(node, at);
      range.setEnd(node, at + wanted.length);
      const { left, right } = range.getBoundingClientRect();
      return { left, right };
    }
    throw new Error(`${wanted} is not in the row`);
  }, text);

describe('names that run from right to left', () => {
  it('leave the sender before the arrow and the recipient behind it', async () => {
    const id = writeMail('دفعة مستحقة', sender, [recipient]);
    await served.open('/alerts');
    await served.page.locator(`[data-alert="${id}"]`).waitFor();
    const [from, to] = [await placeOf(id, sender), await placeOf(id, recipient)];
    expect(from.right).toBeLessThanOrEqual(to.left);
  });

  it('do not reorder the count of further recipients', async () => {
    const id = writeMail('x', 'a@example.org', [recipient, 'b@example.org', 'c@example.org']);
    await served.open('/alerts');
    await served.page.locator(`[data-alert="${id}"]`).waitFor();
    const [name, more] = [await placeOf(id, recipient), await placeOf(id, ' +2')];
    expect(name.left).toBeLessThan(more.left);
  });
});

describe('names without an end', () => {
  it.each(['/alerts', 'card', '/alerts?group=sender'])('break nothing in any width of %s', async (at) => {
    const id = writeMail('A subject. '.repeat(90), endless, [endless, endless]);
    const { fake, page } = served;
    fake.alerts = fake.alerts.map((alert) =>
      alert.id === id && alert.mail !== null
        ? ({ ...alert, mail: { ...alert.mail, from: endless, to: [endless] } } as typeof alert)
        : alert,
    );
    await served.open(at === 'card' ? `/alerts/${id}` : at);
    await page
      .getByText(at === 'card' ? 'Message headers (unverified)' : /nonewasbroken/)
      .first()
      .waitFor();
    const faults: string[] = [];
    for (const width of [1440, 1280, 760, 360]) {
      await page.setViewportSize({ width, height: 900 });
      await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
      faults.push(...(await findFaults(page)).map((fault) => `${width}: ${fault}`));
      const rows = page.locator('.is-dense tbody tr');
      const heights = await rows.evaluateAll((all) => all.map((one) => one.getBoundingClientRect().height));
      if (at === '/alerts' && width >= 760)
        faults.push(...heights.filter((px) => px > 40).map((px) => `${px} px`));
    }
    expect(faults).toEqual([]);
  });
});

describe('a browser a quarter of an hour beside everyone else’s zone', () => {
  it('shows its own time, and asks for the moment that was meant', async () => {
    const { fake, page } = served;
    await served.open('/alerts?from=2026-11-26T21:00:00.000Z');
    const [alert] = fake.alerts;
    const shown = page.locator(`[data-alert="${alert?.id}"] time`).first();
    const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', timeZone });
    expect(await shown.innerText()).toContain(clock.format(Date.parse(alert?.createdAt ?? '')));
    expect(await shown.getAttribute('title')).toContain(`${alert?.createdAt.slice(11, 19)} UTC`);
    const from = page.getByLabel('From');
    expect(await from.inputValue()).toBe('2026-11-27T10:45');
    await from.fill('2026-11-27T11:00');
    await page.waitForURL(/from=2026-11-26T21%3A15%3A00/);
  });
});
