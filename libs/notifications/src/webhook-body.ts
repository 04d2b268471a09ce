import { detectedNames, systemLabel, type AlertEvent } from './alert-event.schema.js';
import { displayText } from './display-text.js';
import type { Notice } from './notice.js';
import { noticeTime } from './notice.js';

/** What receivers tell events apart by; grows, never changes. */
const types = {
  alert: 'alert.created',
  digest: 'alert.digest',
  'held-back': 'alert.held-back',
  operation: 'operation.notice',
  test: 'channel.test',
} as const satisfies Record<Notice['kind'], string>;

export interface WebhookBody {
  readonly type: (typeof types)[Notice['kind']];
  readonly timestamp: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/**
 * The body of a webhook and of JSON over syslog. `data.text` is one safe line for people; every other string is as it
 * came from the object, so whoever shows it has to escape it.
 */
export function webhookBody(notice: Notice, consoleUrl: string): WebhookBody {
  return { type: types[notice.kind], timestamp: noticeTime(notice), data: dataOf(notice, consoleUrl) };
}

/** One body per event, for receivers that take events one by one. */
export function webhookBodiesOfEach(notice: Notice, consoleUrl: string): WebhookBody[] {
  if (notice.kind !== 'digest') return [webhookBody(notice, consoleUrl)];
  return notice.alerts.map((alert) => webhookBody({ kind: 'alert', id: alert.eventId, alert }, consoleUrl));
}

function dataOf(notice: Notice, consoleUrl: string): Record<string, unknown> {
  const { id } = notice;
  switch (notice.kind) {
    case 'alert':
      return alertData(notice.alert, consoleUrl);
    case 'digest':
    case 'held-back':
      return {
        id,
        text:
          notice.kind === 'digest'
            ? `${notice.total} alerts`
            : `${notice.total} alerts over the limit of ${notice.maxPerHour} per hour were held back`,
        total: notice.total,
        alerts: notice.alerts.map((alert) => alertData(alert, consoleUrl)),
        link: `${consoleUrl}/alerts`,
      };
    case 'operation': {
      const { problems, problemsTotal } = notice.event;
      const text = displayText(problems.map((problem) => problem.text).join('; '), 512);
      return { id, text, problems, problemsTotal, link: `${consoleUrl}/health` };
    }
    case 'test':
      return { id, text: 'This channel works.', operator: notice.operator };
  }
}

function alertData(alert: AlertEvent, consoleUrl: string): Record<string, unknown> {
  const { eventId, blindRecipients: _told, ...facts } = alert;
  const found = displayText(detectedNames(alert).join(', '));
  const name = displayText(alert.objectName ?? 'an object without a name');
  return {
    id: eventId,
    text: `${found} in ${name}, sent by ${displayText(systemLabel(alert))}`,
    ...facts,
    link: `${consoleUrl}/alerts/${alert.alertId}`,
  };
}

/** As JSON of at most `maxBytes`: detections are dropped from the end until it fits, then everything long. */
export function boundedJson(body: WebhookBody, maxBytes: number): string {
  const whole = JSON.stringify(body);
  if (Buffer.byteLength(whole) <= maxBytes) return whole;
  const { detections, ...rest } = body.data;
  const kept = Array.isArray(detections) ? detections.slice(0, Math.floor(detections.length / 2)) : [];
  if (kept.length > 0) return boundedJson({ ...body, data: { ...rest, detections: kept } }, maxBytes);
  const { id, text, alertId, importance, sha256, link } = body.data;
  return JSON.stringify({
    ...body,
    data: { id, text, alertId, importance, sha256, link, isTruncated: true },
  });
}
