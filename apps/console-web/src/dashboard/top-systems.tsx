import { Table, Text } from '@mantine/core';
import type { TopSystems as Answer } from '@sluice/console-api';
import type { ReactElement } from 'react';
import { Link } from 'wouter';
import { withQuery } from '../api/ask.js';
import { Card } from '../design/card.js';
import { ListFailed, ListLoading } from '../lists/list-states.js';
import '../lists/lists.css';
import { formatNumber } from '../texts/formats.js';
import { SystemName } from '../texts/system-name.js';
import type { ChartRange } from './chart-range.js';
import { useTopSystems } from './use-statistics.js';

/** Who sent most in the range; each number leads to its scans. */
export function TopSystems({ range }: { readonly range: ChartRange }): ReactElement {
  const top = useTopSystems(range);
  const { data } = top;
  return (
    <Card
      title="Top systems"
      isFlush
      aside={
        <Text size="xs" c="dimmed">
          {data?.isMore === true ? 'of the newest 100,000 scans in this time' : 'scans accepted in this time'}
        </Text>
      }
    >
      {data === undefined ? (
        top.isError ? (
          <ListFailed problem={top.error} onRetry={() => void top.refetch()} />
        ) : (
          <ListLoading what="the top systems" />
        )
      ) : data.items.length === 0 ? (
        <Text size="sm" c="dimmed" px="lg" pb="lg">
          No system sent anything in this time.
        </Text>
      ) : (
        <SystemRows answer={data} />
      )}
    </Card>
  );
}

const SystemRows = ({ answer: { items, from, until } }: { readonly answer: Answer }): ReactElement => (
  <div className="list-scroll">
    <Table className="list-table is-stacking-late is-dense" aria-label="Top systems">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>System</Table.Th>
          <Table.Th w="16%" ta="right">
            Scans
          </Table.Th>
          <Table.Th w="18%" ta="right">
            Detected
          </Table.Th>
          <Table.Th w="22%" ta="right">
            Not examined
          </Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {items.map((one) => {
          const scans = { sensorId: one.sensorId, from, until };
          return (
            <Table.Tr key={one.registrationId}>
              <Table.Td data-label="System" className="col-name">
                <Link href={withQuery('/scans', scans)} className="row-link">
                  <SystemName system={one} />
                </Link>
              </Table.Td>
              <Amount label="Scans" amount={one.accepted} />
              <Amount
                label="Detected"
                amount={one.detect}
                path={withQuery('/scans', { ...scans, state: 'detect' })}
              />
              <Amount
                label="Not examined"
                amount={one.notExamined}
                path={withQuery('/scans', { ...scans, state: 'not examined' })}
              />
            </Table.Tr>
          );
        })}
      </Table.Tbody>
    </Table>
  </div>
);

interface AmountProps {
  readonly label: string;
  readonly amount: number;
  readonly path?: string;
}

const Amount = ({ label, amount, path }: AmountProps): ReactElement => (
  <Table.Td data-label={label} ta="right" className="numbers">
    {path === undefined || amount === 0 ? (
      formatNumber(amount)
    ) : (
      <Link href={path}>{formatNumber(amount)}</Link>
    )}
  </Table.Td>
);
