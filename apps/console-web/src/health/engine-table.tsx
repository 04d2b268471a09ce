import { Badge, Table, Text } from '@mantine/core';
import type { EngineStatus } from '@sluice/contracts';
import type { ServiceInstance } from '@sluice/console-api';
import type { ReactElement } from 'react';
import '../lists/lists.css';
import { formatBytes, plural } from '../texts/formats.js';
import { TimeAgo } from '../texts/moment.js';
import { technologyNames } from '../texts/words.js';

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
      <Table className="list-table is-stacking-late" aria-label="Engines">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Engine</Table.Th>
            <Table.Th>State</Table.Th>
            <Table.Th>Signatures</Table.Th>
            <Table.Th>Largest object</Table.Th>
            <Table.Th>Scanners</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row) => (
            <Table.Tr key={`${row.engine} ${row.scanners.join()}`}>
              <Table.Td data-label="Engine">
                <div>
                  <strong>{row.engine}</strong>{' '}
                  <span className="quiet">
                    {row.version} · {technologyNames[row.technology]}
                  </span>
                </div>
              </Table.Td>
              <Table.Td data-label="State">
                <div>
                  <Badge color={row.isHealthy ? 'teal' : 'red'}>{row.isHealthy ? 'OK' : 'Failed'}</Badge>
                  {row.problem !== null && <div className="quiet">{row.problem}</div>}
                  {row.rejectedUpdate !== undefined && (
                    <div>Newer files are faulty: {row.rejectedUpdate}</div>
                  )}
                  {(row.shortfalls ?? []).map((shortfall) => (
                    <div key={shortfall}>{shortfall}</div>
                  ))}
                  {(row.notes ?? []).map((note) => (
                    <div className="quiet" key={note}>
                      {note}
                    </div>
                  ))}
                </div>
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
                {row.scanners.length > 3 ? plural(row.scanners.length, 'scanner') : row.scanners.join(', ')}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}
