import { isIP, isIPv6 } from 'node:net';
import { detectedNames, systemLabel, type AlertEvent } from './alert-event.schema.js';
import { oneLine } from './display-text.js';
import type { Notice } from './notice.js';
import type { OperationEvent } from './operation-event.schema.js';

export const maxCefBytes = 32 * 1024;

export interface CefOptions {
  readonly version: string;
  /** `https://console.example:9443`; links to cards start with it. */
  readonly consoleUrl: string;
  /** Of one line, header and all. */
  readonly maxBytes?: number;
}

/** Key, value, the most characters the CEF dictionary gives it, and the label of a key that needs one. */
export type CefField = readonly [key: string, value: string | null, maxCharacters: number, label?: string];

const severities = { high: 9, medium: 6, low: 3 } as const;

/**
 * `CEF:0|Sluice|Sluice|<version>|<class>|<name>|<severity>|<extension>`, one line per event; a digest is as many lines.
 * Fields stand in the order of their worth and are written whole while they fit (docs/notifications.md has the table).
 */
export function writeCefLines(notice: Notice, options: CefOptions): string[] {
  switch (notice.kind) {
    case 'alert':
      return [alertLine(notice.alert, options)];
    case 'digest':
      return notice.alerts.map((alert) => alertLine(alert, options));
    case 'held-back':
      return [cefLine(['held-back', 'Notifications held back', 5], heldBackFields(notice), options)];
    case 'operation':
      return [cefLine(['operation', 'Operation needs attention', 6], operationFields(notice.event), options)];
    case 'test':
      return [cefLine(['test', 'Test of a notification channel', 1], testFields(notice), options)];
  }
}

const alertLine = (alert: AlertEvent, options: CefOptions): string =>
  cefLine(
    ['detection', 'Malicious object detected', severities[alert.importance]],
    alertFields(alert, options.consoleUrl),
    options,
  );

function alertFields(alert: AlertEvent, consoleUrl: string): CefField[] {
  const { source, sensor } = addressesOf(alert);
  const isV6 = isIPv6(source);
  return [
    ['rt', epochMs(alert.createdAt), 32],
    ['externalId', alert.eventId, 40],
    ['cat', alert.technologies.join(','), 1023],
    ['fileHash', alert.sha256, 255],
    ['fname', alert.objectName, 1023],
    ['fsize', String(alert.sizeBytes), 32],
    ['fileType', alert.detectedType, 1023],
    ['src', isV6 ? null : source, 64],
    ['c6a2', isV6 ? source : null, 64, 'Source IPv6 Address'],
    ['cs1', detectedNames(alert).join(', '), 4000, 'Detected'],
    ['cnt', String(alert.detectionsTotal), 32],
    ['suser', alert.sender, 1023],
    ['duser', alert.recipients.join(','), 1023],
    ['cn1', String(alert.alertId), 32, 'Alert'],
    ['cs2', systemLabel(alert), 4000, 'External system'],
    ['cs3', alert.systemType, 64, 'External system type'],
    ['cs4', pathsOf(alert), 4000, 'Path in object'],
    ['cs5', alert.md5, 64, 'MD5'],
    ['cs6', `${consoleUrl}/alerts/${alert.alertId}`, 1023, 'Card'],
    ['msg', alert.mailSubject, 1023],
    ['start', epochMs(alert.submittedAt), 32],
    ['fileId', alert.scanId, 1023],
    ['shost', alert.mailOrigin?.clientName ?? null, 1023],
    ['dvc', sensor !== null && isIPv6(sensor) ? null : sensor, 64],
  ];
}

/** Of a mail the source is who handed it to the MTA, where the sensor said so; the sensor is a device on the way. */
function addressesOf({ mailOrigin, sourceAddress }: AlertEvent): { source: string; sensor: string | null } {
  const client = mailOrigin?.clientAddress ?? '';
  return isIP(client) === 0
    ? { source: sourceAddress, sensor: null }
    : { source: client, sensor: sourceAddress };
}

type HeldBack = Extract<Notice, { kind: 'held-back' }>;
const heldBackFields = (notice: HeldBack): CefField[] => [
  ['rt', epochMs(notice.createdAt), 32],
  ['externalId', notice.id, 40],
  ['cnt', String(notice.total), 32],
  [
    'msg',
    `${notice.total} alerts over the rule's limit of ${notice.maxPerHour} per hour were not told one by one`,
    1023,
  ],
  ['cs1', notice.alerts.map((alert) => alert.alertId).join(','), 4000, 'Alerts'],
];

const operationFields = (event: OperationEvent): CefField[] => [
  ['rt', epochMs(event.createdAt), 32],
  ['externalId', event.eventId, 40],
  ['cat', [...new Set(event.problems.map((problem) => problem.kind))].join(','), 1023],
  ['cnt', String(event.problemsTotal), 32],
  ['msg', event.problems.map((problem) => problem.text).join('; '), 1023],
];

type Test = Extract<Notice, { kind: 'test' }>;
const testFields = (notice: Test): CefField[] => [
  ['rt', epochMs(notice.createdAt), 32],
  ['externalId', notice.id, 40],
  ['suser', notice.operator, 1023],
  ['msg', 'This channel works.', 1023],
];

const epochMs = (at: string): string => String(Date.parse(at));
const pathsOf = (alert: AlertEvent): string =>
  [...new Set(alert.detections.map((detection) => detection.path.join(' » ')))]
    .filter((path) => path !== '')
    .join(', ');

export function cefLine(
  head: readonly [string, string, number],
  fields: readonly CefField[],
  options: CefOptions,
): string {
  const [eventClass, name, severity] = head;
  const header = [
    'CEF:0',
    'Sluice',
    'Sluice',
    ...[options.version, eventClass, name].map(escapeCefHeader),
    severity,
  ];
  const start = `${header.join('|')}|`;
  const maxBytes = options.maxBytes ?? maxCefBytes;
  const written: string[] = [];
  let sizeBytes = Buffer.byteLength(start);
  for (const [key, value, maxCharacters, label] of fields) {
    if (value === null || value === '') continue;
    const suffix = label === undefined ? '' : ` ${key}Label=${label}`;
    const field = `${key}=${escapeCefValue(oneLine(value, maxCharacters))}${suffix}`;
    const addedBytes = Buffer.byteLength(field) + (written.length === 0 ? 0 : 1);
    // What doesn't fit is left out whole, with its label: half a value would be a wrong one.
    if (sizeBytes + addedBytes > maxBytes) continue;
    written.push(field);
    sizeBytes += addedBytes;
  }
  return start + written.join(' ');
}

/** In the header a backslash and a pipe are escaped; it has no line breaks. */
export const escapeCefHeader = (text: string): string =>
  oneLine(text, 512).replace(/[\\|]/g, String.raw`\$&`);

/** In values a backslash and an equals sign are escaped, line breaks are written `\n` and `\r`; pipes stay. */
export const escapeCefValue = (text: string): string =>
  text
    .replace(/[\\=]/g, String.raw`\$&`)
    .replace(/\n/g, String.raw`\n`)
    .replace(/\r/g, String.raw`\r`);
