import { Badge, Table, Text } from '@mantine/core';
import type { EngineStatus } from '@sluice/contracts';
import type { ServiceInstance } from '@sluice/console-api';
import { Fragment, type ReactElement } from 'react';
import '../lists/lists.css';
import { RemarkRow } from '../lists/remark-row.js';
import { formatBytes, plural } from '../texts/formats.js';
import { TimeAgo } from '../texts/moment.js';
import { technologyNames } from '../texts/words.js';

const columns = 5;

interface EngineRow extends EngineStatus {
  readonly scanners: readonly string[];
}

/** Engines that say the same of themselves on several scanners are one row. */
export function groupEngines(instances: readonly ServiceInstance[]): EngineRow[] {
  const rows = new Map<string, EngineRow>();
  for (const { instance, engines, state } of instances) {
    if (state === 'not answering') continue;
    for (const engine of engines) {
      const key = JSON.stringify(engine);
      rows.set(key, { ...engine, scanners: [...(rows.get(key)?.scanners ?? []), instance] });
    }
  }
  return [...rows.values()].sort((a, b) => a.engine.localeCompare(b.engine));
}

export function EngineTable({ instances }: { readonly instances: readonly ServiceInstance[] }): ReactElement {
  const rows = groupEngines(instances);
  if (rows.length === 0)
    return (
      <Text size="sm" c="dimmed" px="lg" pb="lg">
        No scanner has reported its engines.
      </Text>
    );
  return (
    <div className="list-scroll">
      <Table className="list-table is-stacking-late is-dense" aria-label="Engines">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Engine</Table.Th>
            <Table.Th w={96}>State</Table.Th>
            <Table.Th w={166}>Signatures</Table.Th>
            <Table.Th w={130}>Largest object</Table.Th>
            <Table.Th w="22%">Scanners</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row) => (
            <Fragment key={`${row.engine} ${row.scanners.join()}`}>
              <Row row={row} />
              {remarksOn(row).map((remark) => (
                <RemarkRow key={remark} columns={columns}>
                  {remark}
                </RemarkRow>
              ))}
            </Fragment>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}

function Row({ row }: { readonly row: EngineRow }): ReactElement {
  const scanners = row.scanners.length > 3 ? plural(row.scanners.length, 'scanner') : row.scanners.join(', ');
  return (
    <Table.Tr>
      <Table.Td data-label="Engine" className="col-name">
        <div className="cell-text" title={`${row.engine} ${row.version}`}>
          <strong>{row.engine}</strong>{' '}
          <span className="quiet">
            {row.version} · {technologyNames[row.technology]}
          </span>
        </div>
      </Table.Td>
      <Table.Td data-label="State">
        <Badge color={row.isHealthy ? 'teal' : 'red'}>{row.isHealthy ? 'OK' : 'Failed'}</Badge>
      </Table.Td>
      <Table.Td data-label="Signatures">
        {row.isTestSignatures ? (
          'Test signatures only'
        ) : row.signaturesAt === null ? (
          'No signature date'
        ) : (
          <TimeAgo at={row.signaturesAt} />
        )}
      </Table.Td>
      <Table.Td data-label="Largest object">
        {row.maxObjectBytes === null ? 'No limit' : formatBytes(row.maxObjectBytes)}
      </Table.Td>
      <Table.Td data-label="Scanners">
        <div className="cell-text" title={row.scanners.join(', ')}>
          {scanners}
        </div>
      </Table.Td>
    </Table.Tr>
  );
}

/** Why it failed first, then what it leaves out and what else is known of it. */
const remarksOn = (row: EngineRow): string[] => [
  ...(row.problem === null ? [] : [row.problem]),
  ...(row.rejectedUpdate === undefined ? [] : [`Newer files are faulty: ${row.rejectedUpdate}`]),
  ...(row.shortfalls ?? []),
  ...(row.notes ?? []),
];
