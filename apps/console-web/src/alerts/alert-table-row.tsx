import { Checkbox, Table } from '@mantine/core';
import type { ReactElement } from 'react';
import { Link } from 'wouter';
import { ClaimedText, isolateText, revealText } from '../texts/claimed-text.js';
import { plural } from '../texts/formats.js';
import { MailRoute, mailRouteTitle, shortRoute } from '../texts/mail-route.js';
import { Clock } from '../texts/moment.js';
import { SystemName, systemTitle } from '../texts/system-name.js';
import { WordBadge } from '../texts/word-badge.js';
import { alertStateWords, dispositionNames, importanceWords, technologyNames } from '../texts/words.js';
import type { AlertRow } from './alert.js';

interface Props {
  readonly alert: AlertRow;
  readonly canSelect: boolean;
  readonly isCurrent: boolean;
  readonly isSelected: boolean;
  /** With Shift held: everything up to here from the row that was ticked last. */
  readonly onSelect: (isOn: boolean, isRange: boolean) => void;
  readonly onFocus: () => void;
}

export function AlertTableRow(props: Props): ReactElement {
  const { alert, canSelect, isCurrent, isSelected, onSelect, onFocus } = props;
  return (
    <Table.Tr data-alert={alert.id} data-is-current={isCurrent || undefined} onFocus={onFocus}>
      {canSelect && (
        <Table.Td className="is-tick">
          <Checkbox
            size="xs"
            aria-label={`Select alert ${alert.id}`}
            checked={isSelected}
            onChange={(event) =>
              onSelect(
                event.currentTarget.checked,
                (event.nativeEvent as Partial<MouseEvent>).shiftKey === true,
              )
            }
          />
        </Table.Td>
      )}
      <Table.Td data-label="Created" className="is-end">
        <Clock at={alert.createdAt} />
      </Table.Td>
      <Table.Td data-label="Importance">
        <WordBadge word={importanceWords[alert.importance]} />
      </Table.Td>
      <Table.Td data-label="Detected" className="is-first">
        <Detected alert={alert} />
      </Table.Td>
      <Table.Td data-label="Object or mail" className="col-name is-line">
        <div className="cell-line">
          <div className="cell-two" title={describeObject(alert)}>
            <ObjectOrMail alert={alert} />
          </div>
          <SeenBefore count={alert.seenBefore} />
        </div>
      </Table.Td>
      <Table.Td data-label="Source" className="col-wide is-rest">
        <div className="cell-text" title={`${revealText(systemTitle(alert))}, ${sourceNames[alert.source]}`}>
          <SystemName system={alert} />
        </div>
      </Table.Td>
      <Table.Td data-label="Found by" className="col-widest is-left-out">
        {alert.technologies.map((technology) => technologyNames[technology]).join(', ')}
      </Table.Td>
      <Table.Td data-label="State">
        <span title={alert.disposition === null ? undefined : dispositionNames[alert.disposition]}>
          <WordBadge word={alertStateWords[alert.state]} />
        </span>
      </Table.Td>
      <Table.Td
        data-label="Assignee"
        className={alert.assignee === null ? 'col-widest is-left-out' : 'col-widest is-rest'}
      >
        {alert.assignee ?? <span className="quiet">No one</span>}
      </Table.Td>
    </Table.Tr>
  );
}

const sourceNames = { mail: 'mail sensor', other: 'external system' } as const;

const Detected = ({ alert }: { readonly alert: AlertRow }): ReactElement => (
  <div className="cell-line">
    <div className="cell-text" title={alert.names.map(revealText).join('\n')}>
      <Link href={`/alerts/${alert.id}`} className="row-link">
        {alert.names.length === 0 ? `Alert ${alert.id}` : <ClaimedText text={alert.names[0] ?? ''} />}
      </Link>
    </div>
    {alert.detectionsTotal > 1 && (
      <span className="quiet" title={plural(alert.detectionsTotal, 'detection')}>
        +{alert.detectionsTotal - 1}
      </span>
    )}
  </div>
);

/** Every mail is called the same: who wrote to whom about what tells them apart. */
function ObjectOrMail({ alert }: { readonly alert: AlertRow }): ReactElement {
  if (alert.message !== null)
    return (
      <>
        <div className="cell-text">
          <ClaimedText text={alert.message.subject ?? 'No subject'} />
        </div>
        <div className="cell-text cell-second">
          <MailRoute {...shortRoute(alert.message)} />
        </div>
      </>
    );
  return (
    <div className="cell-text">
      {alert.object.name === null ? (
        <span className="quiet">No name given</span>
      ) : (
        <ClaimedText text={alert.object.name} />
      )}
    </div>
  );
}

const describeObject = ({ message, object }: AlertRow): string =>
  message === null
    ? revealText(object.name ?? 'No name given')
    : `${isolateText(message.subject ?? 'No subject')}\n${mailRouteTitle(shortRoute(message))}`;

/** The API counts up to 50. */
const mostCounted = 50;

function SeenBefore({ count }: { readonly count: number }): ReactElement | null {
  if (count === 0) return null;
  const isMore = count >= mostCounted;
  const alerts = isMore ? `${mostCounted} or more alerts` : plural(count, 'alert');
  return (
    <span className="seen-before col-wide" title={`The same object was seen before in ${alerts}`}>
      seen before: {count}
      {isMore ? '+' : ''}
    </span>
  );
}
