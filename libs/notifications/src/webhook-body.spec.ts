import { describe, expect, it } from 'vitest';
import { describeAlert } from './describe-alert.js';
import type { Notice } from './notice.js';
import { alertEvent, mailAlertEvent } from './testing/index.js';
import { boundedJson, webhookBodiesOfEach, webhookBody } from './webhook-body.js';

const consoleUrl = 'https://console.example:9443';
const notice = (alert = alertEvent()): Notice => ({ kind: 'alert', id: alert.eventId, alert });

describe('webhookBody', () => {
  it('has type, timestamp and data, and a text that is safe to show', () => {
    const body = webhookBody(notice(alertEvent({ objectName: '@all see http://evil.example' })), consoleUrl);
    expect(body).toMatchObject({ type: 'alert.created', timestamp: '2026-03-01T10:20:30.456Z' });
    expect(body.data).toMatchObject({
      id: alertEvent().eventId,
      alertId: 42,
      objectName: '@all see http://evil.example',
      text: 'Win.Test.Sample-1 in @\u200ball see hxxp://evil[.]example, sent by File server, head office',
      link: 'https://console.example:9443/alerts/42',
    });
  });

  it('tells no one whom a mail went to blind', () => {
    const alert = mailAlertEvent({ blindRecipients: ['hidden@example.org'] });
    const bodies = [
      webhookBody(notice(alert), consoleUrl),
      ...webhookBodiesOfEach(notice(alert), consoleUrl),
    ];
    expect(bodies[0]?.data['recipients']).toEqual(['anna@example.org', 'bert@example.org']);
    expect(JSON.stringify([bodies, describeAlert(alert)])).not.toMatch(/hidden|blind/i);
  });

  it('makes one body of a digest, or one of each alert in it', () => {
    const alerts = [alertEvent({ alertId: 1 }), alertEvent({ alertId: 2 })];
    const digest: Notice = {
      kind: 'digest',
      id: 'x',
      createdAt: '2026-03-01T10:00:00.000Z',
      alerts,
      total: 2,
    };
    expect(webhookBody(digest, consoleUrl)).toMatchObject({ type: 'alert.digest', data: { total: 2 } });
    expect(webhookBodiesOfEach(digest, consoleUrl).map((body) => body.data['alertId'])).toEqual([1, 2]);
  });
});

describe('boundedJson', () => {
  it('drops detections, then what is long, and stays JSON', () => {
    const detections = Array.from({ length: 50 }, () => ({
      ...alertEvent().detections[0]!,
      name: 'n'.repeat(1000),
    }));
    const body = webhookBody(notice(alertEvent({ detections })), consoleUrl);
    for (const maxBytes of [100_000, 32_768, 8192, 1500]) {
      const json = boundedJson(body, maxBytes);
      expect(Buffer.byteLength(json)).toBeLessThanOrEqual(maxBytes);
      expect(JSON.parse(json)).toMatchObject({ type: 'alert.created', data: { alertId: 42 } });
    }
  });
});
