import { beforeEach, describe, expect, it } from 'vitest';
import { fireEvent, screen, within } from '@testing-library/react';
import { FakeConsole } from '../../testing/fake-console/fake-console.js';
import { renderPage } from '../../testing/render-pages.js';
import { AuditPage } from './audit-page.js';

const rowOf = async (text: string): Promise<HTMLElement> => {
  const table = await screen.findByRole('table', { name: 'Audit log' });
  const row = within(table).getByText(text).closest('tr');
  if (row === null) throw new Error(`no row with ${text}`);
  return row;
};

describe('the audit log', () => {
  beforeEach(() => history.replaceState(null, '', '/audit'));

  it('unfolds all changes of one entry, one below the other, and folds them again', async () => {
    renderPage(<AuditPage />, new FakeConsole());
    const row = await rowOf('Changed an alert');
    const fold = within(row).getByRole('button', { name: 'All of 2 changes, entry 898' });
    expect(fold.getAttribute('aria-expanded')).toBe('false');
    const countOf = () => screen.getByRole('table').querySelectorAll('tbody tr').length;
    const folded = countOf();

    fireEvent.click(fold);
    expect(fold.getAttribute('aria-expanded')).toBe('true');
    expect(countOf()).toBe(folded + 1);
    const remark = row.nextElementSibling;
    expect([...(remark?.querySelectorAll('td > *') ?? [])].map((one) => one.textContent)).toEqual([
      'State: New → In process',
      'Assignee: m.weber',
    ]);
    // As wide as the table, whatever stands above it.
    expect(remark?.querySelector('td')?.colSpan).toBe(row.querySelectorAll('td').length);

    fireEvent.click(fold);
    expect(fold.getAttribute('aria-expanded')).toBe('false');
    expect(countOf()).toBe(folded);
  });

  it('says in words what was changed: no value of the API, no name of a setting', async () => {
    renderPage(<AuditPage />, new FakeConsole());
    const system = await rowOf('Accepted a system');
    expect(system.textContent).toContain('State: Request → Accepted; Type: External system');
    const setting = await rowOf('Changed settings');
    expect(setting.textContent).toContain('Largest object: 100 MiB → 200 MiB');
  });

  it('has nothing to unfold where nothing was changed', async () => {
    renderPage(<AuditPage />, new FakeConsole());
    expect(within(await rowOf('Signed in')).queryByRole('button')).toBeNull();
  });

  it('shows a name that would be markup as the text it is', async () => {
    const fake = new FakeConsole();
    const [entry] = fake.audit;
    if (entry === undefined) throw new Error('no entry');
    Object.assign(entry, { target: '<script>a</script>', after: { name: '<img src=x onerror=a>' } });
    renderPage(<AuditPage />, fake);
    await rowOf('<script>a</script>');
    expect(document.querySelector('main script, td script, td img')).toBeNull();
    expect(screen.getByText('<img src=x onerror=a>')).toBeTruthy();
  });
});
