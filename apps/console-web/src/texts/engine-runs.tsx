import { Anchor, Badge, Table, Text } from '@mantine/core';
import type { Detection, EngineRun } from '@sluice/contracts';
import type { ReactElement } from 'react';
import { Link } from 'wouter';
import { withQuery } from '../api/ask.js';
import '../lists/lists.css';
import { ClaimedText } from './claimed-text.js';
import { CopyAction } from './copy-action.js';
import { formatDuration, plural } from './formats.js';
import { TimeAgo } from './moment.js';
import { PartPath } from './part-path.js';
import { describeReason, technologyNames } from './words.js';

const outcomeWords: Readonly<Record<EngineRun['outcome'], { name: string; color: string }>> = {
  clean: { name: 'Clean', color: 'teal' },
  infected: { name: 'Detected', color: 'red' },
  excused: { name: 'Excused by the allow list', color: 'gray' },
  unscannable: { name: 'Could not examine', color: 'orange' },
  failed: { name: 'Failed', color: 'orange' },
};

export function EngineRuns({ runs }: { readonly runs: readonly EngineRun[] }): ReactElement {
  if (runs.length === 0)
    return (
      <Text size="sm" c="dimmed" p="lg" pt={0}>
        No engine has run on it.
      </Text>
    );
  return (
    <div className="list-scroll">
      <Table className="list-table is-stacking-late is-dense" aria-label="Engines">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Engine</Table.Th>
            <Table.Th w="31%">Outcome</Table.Th>
            <Table.Th w={152}>Signatures</Table.Th>
            <Table.Th w={108}>Took</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {runs.map((run) => (
            <Table.Tr key={run.engine}>
              <Table.Td data-label="Engine" className="col-name">
                <div className="cell-text" title={`${run.engine} ${run.version}`}>
                  {run.engine}{' '}
                  <span className="quiet">
                    {run.version} · {technologyNames[run.technology]}
                  </span>
                </div>
              </Table.Td>
              <Table.Td data-label="Outcome">
                <div
                  className="cell-text"
                  title={run.reason === null ? undefined : describeReason(run.reason)}
                >
                  <Badge color={outcomeWords[run.outcome].color}>{outcomeWords[run.outcome].name}</Badge>{' '}
                  {run.reason !== null && <span className="quiet">{describeReason(run.reason)}</span>}
                  {run.unsealedCount !== undefined && (
                    <span className="quiet">{plural(run.unsealedCount, 'part')} opened with a password</span>
                  )}
                </div>
              </Table.Td>
              <Table.Td data-label="Signatures">
                {run.isTestSignatures ? (
                  'Test signatures'
                ) : run.signaturesAt === null ? (
                  'No signature date'
                ) : (
                  <TimeAgo at={run.signaturesAt} />
                )}
              </Table.Td>
              <Table.Td data-label="Took">{formatDuration(run.durationMs)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}

interface DetectionsProps {
  readonly detections: readonly Detection[];
  readonly total: number;
}

/** What was found, by which engine, and where inside the object. */
export function Detections({ detections, total }: DetectionsProps): ReactElement {
  return (
    <div className="list-scroll">
      <Table className="list-table is-stacking-late is-dense is-whole" aria-label="Detections">
        <Table.Thead>
          <Table.Tr>
            <Table.Th w="32%">Detected</Table.Th>
            <Table.Th w="20%">Engine</Table.Th>
            <Table.Th>Inside the object</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {detections.map((one, index) => (
            <Table.Tr key={index}>
              <Table.Td data-label="Detected" className="col-name">
                <div className="cell-text">
                  <strong>
                    <ClaimedText text={one.name} />
                  </strong>
                </div>
              </Table.Td>
              <Table.Td data-label="Engine">
                <div>
                  {one.engine} <span className="quiet">{technologyNames[one.technology]}</span>
                </div>
              </Table.Td>
              <Table.Td data-label="Inside">
                <div className="part-place">
                  <PartPath path={one.path} />
                  {one.sha256 !== undefined && <PartHash sha256={one.sha256} />}
                </div>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {total > detections.length && (
        <div className="list-foot">{plural(total - detections.length, 'further detection')} not listed</div>
      )}
    </div>
  );
}

/** By which the same part is found in other objects. */
const PartHash = ({ sha256 }: { readonly sha256: string }): ReactElement => (
  <div className="part-hash">
    <span className="quiet">SHA-256</span>{' '}
    <Anchor
      component={Link}
      href={withQuery('/alerts', { part: sha256 })}
      size="xs"
      className="hash"
      title={`Alerts with the part ${sha256}`}
    >
      {sha256}
    </Anchor>{' '}
    <CopyAction value={sha256} what="SHA-256 of the part" />
  </div>
);
