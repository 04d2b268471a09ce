import { beforeEach, describe, expect, it } from 'vitest';
import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { FakeConsole } from '../../testing/fake-console/fake-console.js';
import { renderPage } from '../../testing/render-pages.js';
import { FailedJobsPage } from './failed-jobs-page.js';

describe('failed jobs', () => {
  beforeEach(() => history.replaceState(null, '', '/failed-jobs'));

  it('are all retried in two clicks, but for those that cannot be', async () => {
    const fake = new FakeConsole({ pageSize: 2 });
    fake.failedJobs = [...fake.failedJobs, ...fake.failedJobs, ...fake.failedJobs].map((job, index) => ({
      ...job,
      id: 90 - index,
      canRetry: index !== 0,
    }));
    const wanted = fake.failedJobs.slice(1).map(({ id }) => `POST /api/failed-jobs/${id}/retry`);
    expect(wanted.length).toBeGreaterThan(2);
    renderPage(<FailedJobsPage />, fake);
    fireEvent.click(await screen.findByRole('button', { name: 'Retry all' }));
    const dialog = await screen.findByRole('dialog');
    fireEvent.click(within(dialog).getByRole('button', { name: 'Retry all' }));
    await waitFor(() => expect(fake.changes.map(({ call }) => call).sort()).toEqual(wanted.sort()));
    await screen.findByText(`${wanted.length} jobs retried.`);
  });

  it('cannot be retried by those who only look', async () => {
    renderPage(<FailedJobsPage />, new FakeConsole({ role: 'auditor' }));
    await screen.findByRole('table', { name: 'Failed jobs' });
    expect(screen.queryByRole('button', { name: /Retry/ })).toBeNull();
  });
});
