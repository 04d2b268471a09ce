import { Fragment, type ReactElement } from 'react';
import { ClaimedText, isolateText } from './claimed-text.js';
import { plural } from './formats.js';

interface Route {
  /** Null or empty: none was given, as in a report of delivery. */
  readonly sender: string | null;
  readonly recipients: readonly string[];
  /** Stands behind the recipients that are named: ` +2`, `, 1 blind recipient`. */
  readonly more?: string;
}

const senderOf = ({ sender }: Route): string => (sender === null || sender === '' ? 'no sender' : sender);
const recipientsOf = ({ recipients, more }: Route): readonly string[] =>
  recipients.length === 0 && more === undefined ? ['no recipient'] : recipients;

/**
 * Who wrote to whom. Each by itself: between two names in a script that runs from right to left the arrow would belong to
 * them, and the recipient would be read as the sender.
 */
export const MailRoute = (route: Route): ReactElement => (
  <>
    <ClaimedText text={senderOf(route)} />
    {' → '}
    {recipientsOf(route).map((one, index) => (
      <Fragment key={index}>
        {index > 0 && ', '}
        <ClaimedText text={one} />
      </Fragment>
    ))}
    {route.more}
  </>
);

export const mailRouteTitle = (route: Route): string =>
  `${isolateText(senderOf(route))} → ${recipientsOf(route).map(isolateText).join(', ')}${route.more ?? ''}`;

/** For a row: the first recipient and how many more there are. */
export const shortRoute = ({
  sender,
  recipients: [first, ...others],
}: Pick<Route, 'sender' | 'recipients'>): Route => ({
  sender,
  recipients: first === undefined ? [] : [first],
  ...(others.length > 0 && { more: ` +${others.length}` }),
});

/** All that may be known without reading the mail: of blind recipients their number. */
export function wholeRoute({
  sender,
  recipients,
  blindRecipients,
}: Pick<Route, 'sender' | 'recipients'> & { readonly blindRecipients: number }): Route {
  const blind = plural(blindRecipients, 'blind recipient');
  return {
    sender,
    recipients,
    ...(blindRecipients > 0 && { more: recipients.length > 0 ? `, ${blind}` : blind }),
  };
}
