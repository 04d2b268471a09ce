import { importances } from '@sluice/contracts';
import type { AlertEvent } from './alert-event.schema.js';
import { fitsMask, splitMasks } from './glob-mask.js';
import { isInNetworks, splitNetworks } from './network-list.js';
import type { RuleMatch } from './rule.schema.js';

/** Does the rule tell this alert? Rules on operation tell none. */
export function matchesAlert(match: RuleMatch, alert: AlertEvent): boolean {
  return (
    match.operation === null &&
    isImportantEnough(match, alert) &&
    isAnyOf(match.technologies, alert.technologies) &&
    isAnyOf(match.externalSystemIds, [alert.registrationId]) &&
    isAnyOf(match.types, [alert.systemType]) &&
    fitsAddress(match.address, alert) &&
    (isEmpty(match.source) || isInNetworks(alert.sourceAddress, splitNetworks(match.source)))
  );
}

/** The list of importances starts with the highest. */
function isImportantEnough({ minimumImportance }: RuleMatch, alert: AlertEvent): boolean {
  if (minimumImportance === null) return true;
  return importances.indexOf(alert.importance) <= importances.indexOf(minimumImportance);
}

const isAnyOf = <Value>(wanted: readonly Value[], present: readonly Value[]): boolean =>
  wanted.length === 0 || wanted.some((one) => present.includes(one));

function fitsAddress(masks: string | null, alert: AlertEvent): boolean {
  if (isEmpty(masks)) return true;
  const addresses = [alert.sender ?? '', ...alert.recipients, ...alert.blindRecipients]
    .map(bareAddress)
    .filter((one) => one !== '');
  return splitMasks(masks).some((mask) => addresses.some((address) => fitsMask(address, mask)));
}

const isEmpty = (text: string | null): text is null | '' => text === null || text === '';

/** `Name <local@host>` → `local@host`. */
const bareAddress = (text: string): string => /<([^<>]*)>\s*$/.exec(text)?.[1] ?? text.trim();
