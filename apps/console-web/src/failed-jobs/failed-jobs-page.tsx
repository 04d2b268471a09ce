import { Button, Group, Table, Text } from '@mantine/core';
import type { FailedJob } from '@sluice/console-api';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactElement } from 'react';
import { Link } from 'wouter';
import { failedJobFilterKeys, failedJobsPath, retryJob } from './failed-job.js';
import { JobFilters } from './job-filters.js';
import { RetryAll } from './retry-all.js';
import { describeProblem } from '../api/api-problem.js';
import { ask } from '../api/ask.js';
import { queryKeys } from '../api/query-keys.js';
import { useIsAdministrator } from '../api/session-state.js';
import { notify } from '../notices/notices.js';
import { useAddressFilter } from '../lists/use-address-filter.js';
import { ExportButton } from '../lists/export-button.js';
import { PagedList } from '../lists/paged-list.js';
import { useCursorPages } from '../lists/use-cursor-pages.js';
import { Card } from '../design/card.js';
import { ConfirmDialog } from '../design/confirm-dialog.js';
import { CheckIcon } from '../design/icons.js';
import { PageHead } from '../design/page-head.js';
import { ClaimedText, isolateText, revealText } from '../texts/claimed-text.js';
import { formatBytes } from '../texts/formats.js';
import { MailRoute, mailRouteTitle, shortRoute } from '../texts/mail-route.js';
import { Clock } from '../texts/moment.js';
import { describeReason } from '../texts/words.js';

export function FailedJobsPage(): ReactElement {
  const address = useAddressFilter(failedJobFilterKeys);
  const { filter, isFiltered } = address;
  const isAdministrator = useIsAdministrator();
  const pages = useCursorPages<FailedJob>({
    key: queryKeys.failedJobs,
    path: failedJobsPath,
    filter,
    refreshMs: 10_000,
  });
  const [leaving, setLeaving] = useState<FailedJob | null>(null);
  return (
    <>
      <PageHead
        title="Failed jobs"
        actions={
          <Group gap="xs">
            <ExportButton path="/api/failed-job-export" filter={filter} />
            {isAdministrator && (pages.items?.length ?? 0) > 0 && (
              <RetryAll filter={filter} isFiltered={isFiltered} />
            )}
          </Group>
        }
      >
        Scans that failed in their last attempt, and messages that could not be read. Their callers got
        “error”.
      </PageHead>
      <Card isFlush>
        <JobFilters {...address} />
        <PagedList
          pages={pages}
          what="the failed jobs"
          empty={{
            icon: <CheckIcon size={28} />,
            title: isFiltered ? 'No failed job fits these filters' : 'No failed jobs',
            advice: isFiltered ? null : 'Every scan got its verdict. There is nothing to do here.',
          }}
        >
          {(jobs) => <JobTable jobs={jobs} onDelete={setLeaving} />}
        </PagedList>
      </Card>
      {leaving !== null && <DeleteDialog job={leaving} onClose={() => setLeaving(null)} />}
    </>
  );
}

interface TableProps {
  readonly jobs: readonly FailedJob[];
  readonly onDelete: (job: FailedJob) => void;
}

function JobTable({ jobs, onDelete }: TableProps): ReactElement {
  const isAdministrator = useIsAdministrator();
  return (
    <Table
      className="list-table is-stacking is-tight is-dense"
      aria-label="Failed jobs"
      horizontalSpacing={10}
      highlightOnHover
    >
      <Table.Thead>
        <Table.Tr>
          <Table.Th w={116}>Failed</Table.Th>
          <Table.Th>Object</Table.Th>
          <Table.Th w={150} className="col-widest">
            System
          </Table.Th>
          <Table.Th w="40%">Reason</Table.Th>
          {isAdministrator && (
            <Table.Th w={138}>
              <span className="sr-only">Actions</span>
            </Table.Th>
          )}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {jobs.map((job) => (
          <Table.Tr key={job.id}>
            <Table.Td data-label="Failed" className="is-end">
              <Clock at={job.failedAt} />
            </Table.Td>
            <Table.Td data-label="Object" className="col-name is-first">
              <JobObject job={job} />
            </Table.Td>
            <Table.Td data-label="System" className="col-widest is-rest">
              <div className="cell-text" title={job.sensorId ?? ''}>
                {job.sensorId ?? '–'}
              </div>
            </Table.Td>
            <Table.Td data-label="Reason" className="is-line">
              <div className="cell-text" title={`${describeReason(job.reason)}\n${job.reasonText ?? ''}`}>
                <strong>{describeReason(job.reason)}</strong>
                {isMore(job) && <span className="quiet"> {job.reasonText}</span>}
              </div>
            </Table.Td>
            {isAdministrator && (
              <Table.Td className="cell-actions">
                <JobActions job={job} onDelete={() => onDelete(job)} />
              </Table.Td>
            )}
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function JobObject({ job }: { readonly job: FailedJob }): ReactElement {
  if (job.object === null)
    return (
      <div className="cell-text" title={revealText(job.excerpt ?? '')}>
        Message {job.source === null ? '' : `in ${job.source}`}
        {job.excerpt !== null && (
          <span className="quiet hash">
            {' '}
            <ClaimedText text={job.excerpt} />
          </span>
        )}
      </div>
    );
  const { message, object } = job;
  const text = message === null ? (object.name ?? 'No name given') : (message.subject ?? 'No subject');
  const more = message === null ? '' : `\n${mailRouteTitle(shortRoute(message))}`;
  return (
    <div className="cell-line">
      <div className="cell-two" title={`${isolateText(text)}${more}`}>
        <div className="cell-text">
          {job.scan === null ? (
            <ClaimedText text={text} />
          ) : (
            <Link href={`/scans/${job.scan}`} className="row-link">
              <ClaimedText text={text} />
            </Link>
          )}
        </div>
        {message !== null && (
          <div className="cell-text cell-second">
            <MailRoute {...shortRoute(message)} />
          </div>
        )}
      </div>
      {job.object.size !== null && <span className="quiet col-wide">{formatBytes(job.object.size)}</span>}
    </div>
  );
}

function JobActions({
  job,
  onDelete,
}: {
  readonly job: FailedJob;
  readonly onDelete: () => void;
}): ReactElement {
  const client = useQueryClient();
  const retry = useMutation({
    mutationFn: () => retryJob(job.id),
    onSuccess: () => notify('done', 'The object is scanned once more.'),
    onError: (thrown) => notify('failed', `Not tried again. ${describeProblem(thrown)}`),
    onSettled: () => client.invalidateQueries({ queryKey: queryKeys.failedJobs }),
  });
  return (
    <Group gap={6} justify="flex-end" wrap="nowrap">
      {job.canRetry && (
        <Button
          size="compact-xs"
          variant="default"
          loading={retry.isPending}
          aria-label={`Retry job ${job.id}`}
          onClick={() => retry.mutate()}
        >
          Retry
        </Button>
      )}
      <Button
        size="compact-xs"
        variant="light"
        color="red"
        aria-label={`Delete job ${job.id}`}
        onClick={onDelete}
      >
        Delete
      </Button>
    </Group>
  );
}

function DeleteDialog({
  job,
  onClose,
}: {
  readonly job: FailedJob;
  readonly onClose: () => void;
}): ReactElement {
  const client = useQueryClient();
  const removal = useMutation({
    mutationFn: () => ask('DELETE', `${failedJobsPath}/${job.id}`),
    onSuccess: () => {
      notify('done', 'The failed job is deleted.');
      onClose();
    },
    onSettled: () => client.invalidateQueries({ queryKey: queryKeys.failedJobs }),
  });
  return (
    <ConfirmDialog
      title="Delete this failed job?"
      isOpen
      isDangerous
      isBusy={removal.isPending}
      problem={removal.error}
      onClose={onClose}
      onConfirm={() => removal.mutate()}
    >
      <JobObject job={job} />
      <Text size="sm">The entry goes away. The scan keeps its result “error”.</Text>
    </ConfirmDialog>
  );
}

/** Where the text only says the reason once more, once is enough. */
const isMore = ({ reason, reasonText }: FailedJob): boolean =>
  reasonText !== null && reasonText.replace(/\.$/, '') !== describeReason(reason);
