import { Alert, Table } from '@mantine/core';
import type { NotExamined as UnexaminedPlace, PolicyApplied } from '@sluice/contracts';
import type { ReactElement } from 'react';
import { Card } from '../design/card.js';
import '../lists/lists.css';
import { ClaimedText } from './claimed-text.js';
import { plural } from './formats.js';
import { PartPath } from './part-path.js';
import { describeLimit } from './limit-names.js';
import { describeReason, scanStateWords } from './words.js';

interface Props {
  readonly places: readonly UnexaminedPlace[];
  readonly total: number;
}

/** What of an object was not seen: where, by which engine, why, and at which limit. Nothing when all of it was. */
export function NotExamined({ places, total }: Props): ReactElement | null {
  if (total === 0) return null;
  return (
    <Card title="What was not examined" isFlush>
      <div className="list-scroll">
        <Table className="list-table is-stacking-late is-dense is-whole" aria-label="Not examined">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Inside the object</Table.Th>
              <Table.Th w="42%">Why</Table.Th>
              <Table.Th w={96}>Engine</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {places.map((place, index) => (
              <Table.Tr key={index}>
                <Table.Td data-label="Inside" className="col-name">
                  <PartPath path={place.path} />
                </Table.Td>
                <Table.Td data-label="Why">
                  <Why place={place} />
                </Table.Td>
                <Table.Td data-label="Engine">{place.engine}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
        {total > places.length && (
          <div className="list-foot">{plural(total - places.length, 'further place')} not listed</div>
        )}
      </div>
    </Card>
  );
}

function Why({ place: { reason, limit, detail } }: { readonly place: UnexaminedPlace }): ReactElement {
  return (
    <div className="cell-text">
      {describeReason(reason)}
      {limit !== undefined && (
        <span className="quiet">
          {': '}
          <ClaimedText text={describeLimit(limit)} />
        </span>
      )}
      {detail !== undefined && (
        <span className="quiet">
          {': '}
          <ClaimedText text={detail} />
        </span>
      )}
    </div>
  );
}

/** That the state is not the engines' word: nothing was found, and a policy decided. */
export function PolicyNote({ applied }: { readonly applied: PolicyApplied | null }): ReactElement | null {
  if (applied === null) return null;
  const reasons = applied.reasons.map((reason) => describeReason(reason).toLowerCase()).join('; ');
  return (
    <Alert color="orange" title="The system’s policy decided, not an engine">
      No engine detected anything, and the object was not examined in full ({reasons}). Without a policy its
      state is <strong>{scanStateWords[applied.stateBefore].name}</strong>; version {applied.version} of the
      policy made it <strong>{scanStateWords[applied.state].name}</strong>.
    </Alert>
  );
}
