import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { composeMail } from './compose-mail.js';
import type { Notice } from './notice.js';
import { alertEvent, mailAlertEvent } from './testing/index.js';

const options = { subject: null, ruleName: 'All mail', consoleUrl: 'https://console.example:9443' };
const notice = (alert = mailAlertEvent()): Notice => ({ kind: 'alert', id: alert.eventId, alert });
/** Tags of the page, without their attributes. */
const tagsOf = (html: string): string[] => [...html.matchAll(/<(\/?[a-z0-9!]+)/gi)].map((match) => match[1]!);

describe('composeMail', () => {
  it('says what was found, where, by whom it came, what was done, and links to the card', () => {
    const { subject, text, html } = composeMail(notice(), options);
    expect(subject).toBe('Sluice: high, Win.Test.Sample-1 in Your invoice.eml');
    for (const part of [
      'Win.Test.Sample-1 (antivirus, ClamAV) in invoice.zip » invoice.exe',
      'mx-1 (mail sensor) from 10.1.2.3',
      'billing@sender.example',
      'anna@example.org',
      'A copy of the object is kept until 2026-03-31 10:20:30 UTC.',
      'https://console.example:9443/alerts/42',
    ]) {
      expect(text).toContain(part);
      expect(html).toContain(part);
    }
  });

  it('counts detections that are not listed', () => {
    const { text } = composeMail(notice(mailAlertEvent({ detectionsTotal: 14 })), options);
    expect(text).toContain('and 13 more');
    expect(composeMail(notice(), options).text).not.toContain('more');
  });

  it('has the same tags whatever the object holds: no markup gets in', () => {
    const nasty = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(
        '<script>alert(1)</script>',
        '"><img src=x onerror=1>',
        "' onload='1",
        '<!--',
        '&lt;b&gt;',
        '</td>',
      ),
    );
    const plain = tagsOf(
      composeMail(notice(mailAlertEvent({ objectName: 'x', mailSubject: 'x', sender: 'x' })), options).html,
    );
    fc.assert(
      fc.property(nasty, nasty, nasty, (one, two, three) => {
        const alert = mailAlertEvent({ objectName: `x${one}`, mailSubject: `x${two}`, sender: `x${three}` });
        expect(tagsOf(composeMail(notice(alert), options).html)).toEqual(plain);
      }),
    );
  });

  it('links to the console and nowhere else', () => {
    const alert = mailAlertEvent({ objectName: 'https://evil.example/a', mailSubject: 'www.evil.example/x' });
    const { html, text } = composeMail(notice(alert), options);
    const links = [...html.matchAll(/(?:href|src)="([^"]*)"/g)].map((match) => match[1]);
    expect(links).toEqual(['https://console.example:9443/alerts/42']);
    expect(text.match(/https?:\/\/[^\s]+/g)).toEqual(['https://console.example:9443/alerts/42']);
  });

  it('keeps each value on its line, so that none can pretend to be another fact', () => {
    const alert = mailAlertEvent({ mailSubject: 'x\r\nWhat was done: nothing to worry about' });
    const lines = composeMail(notice(alert), options).text.split('\r\n');
    expect(lines.filter((line) => line.startsWith('What was done:'))).toHaveLength(1);
  });

  it('lists a digest and says how many more there are', () => {
    const alerts = Array.from({ length: 120 }, (_one, n) => alertEvent({ alertId: n + 1 }));
    const digest: Notice = {
      kind: 'digest',
      id: 'x',
      createdAt: '2026-03-01T10:00:00.000Z',
      alerts,
      total: 130,
    };
    const { text } = composeMail(digest, options);
    expect(text.match(/^- \[high\]/gm)).toHaveLength(100);
    expect(text).toContain('- and 30 more');
  });

  it('tells of notifications held back, of operation and of a test', () => {
    const at = '2026-03-01T10:00:00.000Z';
    const held: Notice = {
      kind: 'held-back',
      id: 'x',
      createdAt: at,
      alerts: [alertEvent()],
      total: 7,
      maxPerHour: 2,
    };
    expect(composeMail(held, options).subject).toBe('Sluice: 7 alerts were held back');
    const problems = [
      { kind: 'engine-down' as const, subject: 's', text: 'ClamAV on scanner-1 is down: no answer' },
    ];
    const event = { kind: 'operation' as const, eventId: 'x', createdAt: at, problems, problemsTotal: 1 };
    const operation = composeMail({ kind: 'operation', id: 'x', event }, options);
    expect(operation.subject).toBe('Sluice: ClamAV on scanner-1 is down: no answer');
    expect(operation.text).toContain('https://console.example:9443/health');
    expect(operation.text).not.toContain('more');
    const many = { ...event, problemsTotal: 8 };
    expect(composeMail({ kind: 'operation', id: 'x', event: many }, options).text).toContain('- and 7 more');
    expect(
      composeMail({ kind: 'test', id: 'x', createdAt: at, operator: '<admin>' }, options).html,
    ).toContain('&lt;admin&gt;');
  });
});
