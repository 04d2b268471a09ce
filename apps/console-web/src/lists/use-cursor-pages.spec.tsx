import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { screen, waitFor } from '@testing-library/react';
import type { ReactElement } from 'react';
import { FakeConsole } from '../../testing/fake-console/fake-console.js';
import { renderPage } from '../../testing/render-pages.js';
import { PageFoot } from './page-foot.js';
import { useAddressFilter } from './use-address-filter.js';
import { useCursorPages } from './use-cursor-pages.js';

function List(): ReactElement {
  const { filter, change, text } = useAddressFilter(['state', 'q']);
  const pages = useCursorPages<{ id: number }>({ key: ['test'], path: '/api/alerts', filter });
  return (
    <>
      <p>First: {pages.items?.[0]?.id ?? 'none'}</p>
      <p>Filter: {text}</p>
      <button onClick={() => change({ state: 'new' })}>New only</button>
      <button onClick={() => change({ q: `${filter.q ?? 'abc'}d` })}>Type</button>
      <PageFoot pages={pages} />
    </>
  );
}

const click = (name: string) => screen.getByRole('button', { name }).click();
const shows = (text: string | RegExp) => waitFor(() => screen.getByText(text));
const open = async (search = '') => {
  history.replaceState(null, '', `/alerts${search}`);
  const fake = new FakeConsole({ pageSize: 10 });
  renderPage(<List />, fake);
  await shows(/First: \d/);
  return fake.alerts.map((one) => one.id);
};

describe('pages of a list', () => {
  beforeEach(() => history.replaceState(null, '', '/'));

  it('stand in the address, and Back leads to the one before', async () => {
    const ids = await open();
    click('Next');
    await shows(`First: ${ids[10]}`);
    expect(new URLSearchParams(location.search).get('page')).toBe('2');
    click('Next');
    await shows(`First: ${ids[20]}`);
    history.back();
    await shows(`First: ${ids[10]}`);
    click('Previous');
    await shows(`First: ${ids[0]}`);
    expect(location.search).toBe('');
  });

  it('are each shown from their beginning', async () => {
    const ids = await open();
    const scroll = vi.spyOn(window, 'scrollTo').mockImplementation(() => undefined);
    onTestFinished(() => scroll.mockRestore());
    click('Next');
    await shows(`First: ${ids[10]}`);
    expect(scroll.mock.calls).toEqual([[0, 0]]);
  });

  it('are opened by an address; without the cursor of the page before there is the first', async () => {
    const ids = await open('?page=4&cursor=30');
    expect(screen.getByText(`First: ${ids[30]}`)).toBeTruthy();
    click('First page');
    await shows(`First: ${ids[0]}`);
  });

  it('begin anew when the filter changes, which Back takes back', async () => {
    const ids = await open('?page=2&cursor=10');
    click('New only');
    await shows('Filter: state=new');
    expect(location.search).toBe('?state=new');
    history.back();
    await shows(`First: ${ids[10]}`);
  });

  it('take typing on in one field back as one step', async () => {
    await open();
    click('Type');
    await shows('Filter: q=abcd');
    click('Type');
    await shows('Filter: q=abcdd');
    history.back();
    await shows('Filter:');
  });
});
