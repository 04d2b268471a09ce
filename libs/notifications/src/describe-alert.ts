import type { Technology } from '@sluice/contracts';
import { detectedNames, systemLabel, type AlertEvent } from './alert-event.schema.js';
import { displayText } from './display-text.js';

/** A fact of an alert, safe to show. */
export interface Fact {
  readonly label: string;
  readonly values: readonly string[];
  /** Hashes and the like. */
  readonly isCode?: boolean;
}

const technologyNames: Readonly<Record<Technology, string>> = {
  am: 'antivirus',
  sb: 'sandbox',
  yara: 'YARA',
  url_reputation: 'URL reputation',
  ids: 'intrusion detection',
};
const maxListedDetections = 10;
const maxListedRecipients = 10;

/** What was found, where, by whom it came and what was done, in the order people ask. */
export function describeAlert(alert: AlertEvent): Fact[] {
  return [
    { label: 'Found', values: foundLines(alert) },
    { label: 'Object', values: [objectLine(alert)] },
    { label: 'Sent by', values: [senderLine(alert)] },
    ...mailFacts(alert),
    { label: 'SHA-256', values: [displayText(alert.sha256)], isCode: true },
    { label: 'Received', values: [displayTime(alert.submittedAt)] },
    { label: 'Detected', values: [displayTime(alert.createdAt)] },
    { label: 'What was done', values: [doneLine(alert)] },
  ];
}

/** `name in object`: one alert of several. */
export const alertLine = (alert: AlertEvent): string =>
  `${displayText(detectedNames(alert).join(', '), 160)} in ${objectName(alert)}`;

export const displayTime = (at: string): string => `${at.slice(0, 19).replace('T', ' ')} UTC`;

const objectName = (alert: AlertEvent): string =>
  alert.objectName === null ? 'an object without a name' : displayText(alert.objectName);

function foundLines(alert: AlertEvent): string[] {
  const lines = alert.detections.map((one) => {
    const where = one.path.map((label) => displayText(label, 120)).join(' » ');
    const by = `${technologyNames[one.technology]}, ${displayText(one.engine, 64)}`;
    return `${displayText(one.name)} (${by})${where === '' ? '' : ` in ${where}`}`;
  });
  const shown = [...new Set(lines)].slice(0, maxListedDetections);
  const rest = alert.detectionsTotal - lines.filter((line) => shown.includes(line)).length;
  return rest > 0 ? [...shown, `and ${rest} more`] : shown;
}

function objectLine(alert: AlertEvent): string {
  const type = alert.detectedType === null ? '' : `, ${displayText(alert.detectedType, 80)}`;
  return `${objectName(alert)}, ${displaySize(alert.sizeBytes)}${type}`;
}

function senderLine(alert: AlertEvent): string {
  const kind = alert.systemType === 'mail' ? 'mail sensor' : 'external system';
  return `${displayText(systemLabel(alert), 80)} (${kind}) from ${displayText(alert.sourceAddress, 64)}`;
}

function mailFacts(alert: AlertEvent): Fact[] {
  const { sender, recipients, mailSubject } = alert;
  const shown = recipients.slice(0, maxListedRecipients).map((one) => displayText(one));
  const rest = recipients.length - maxListedRecipients;
  return [
    { label: 'Mail from', values: sender === null ? [] : [displayText(sender)] },
    { label: 'Mail to', values: rest > 0 ? [...shown, `and ${rest} more`] : shown },
    { label: 'Subject', values: mailSubject === null ? [] : [displayText(mailSubject)] },
    { label: 'Came from', values: originLines(alert) },
  ].filter((fact) => fact.values.length > 0);
}

/** Who handed the mail to the MTA, and what the MTA's log calls it. */
function originLines({ mailOrigin }: AlertEvent): string[] {
  if (mailOrigin === null) return [];
  const { clientAddress, clientName, authenticatedUser, queueId } = mailOrigin;
  const client = [clientName, clientAddress === null ? null : `[${clientAddress}]`];
  const lines = [
    client.filter((text) => text !== null).join(' '),
    authenticatedUser === null ? '' : `signed in as ${authenticatedUser}`,
    queueId === null ? '' : `queue ID ${queueId}`,
  ];
  return lines.filter((line) => line !== '').map((line) => displayText(line));
}

function doneLine(alert: AlertEvent): string {
  const told =
    alert.systemType === 'mail'
      ? 'The mail sensor was told, so that it can block the message.'
      : 'The external system was told.';
  const kept =
    alert.objectKeptUntil === null
      ? 'No copy of the object is kept.'
      : `A copy of the object is kept until ${displayTime(alert.objectKeptUntil)}.`;
  return `${told} ${kept}`;
}

function displaySize(bytes: number): string {
  if (bytes < 1024) return `${bytes} bytes`;
  const [value, unit] = bytes < 1024 ** 2 ? [bytes / 1024, 'KiB'] : [bytes / 1024 ** 2, 'MiB'];
  return `${value.toFixed(1)} ${unit}`;
}
