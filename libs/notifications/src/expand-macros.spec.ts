import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { defaultSubject, expandSubject, unknownMacros } from './expand-macros.js';
import type { Notice } from './notice.js';
import { alertEvent, mailAlertEvent } from './testing/index.js';

const notice = (alert = alertEvent()): Notice => ({ kind: 'alert', id: alert.eventId, alert });

describe('expandSubject', () => {
  it('puts in what the alert says', () => {
    expect(expandSubject(defaultSubject, notice())).toBe('Sluice: high, Win.Test.Sample-1 in invoice.zip');
    expect(expandSubject('%sender% → %RECIPIENTS% (%mail_subject%)', notice(mailAlertEvent()))).toBe(
      'billing@sender.example → anna@example.org, bert@example.org (Your invoice)',
    );
  });

  it('looks at values once: macros inside them stay text', () => {
    expect(expandSubject('%object%', notice(alertEvent({ objectName: '%sha256%' })))).toBe('%sha256%');
  });

  it('leaves percent signs that are no macro', () => {
    expect(expandSubject('100% of %nothing% %', notice())).toBe('100% of %nothing% %');
  });

  it('makes links in values harmless', () => {
    const alert = mailAlertEvent({
      objectName: 'www.evil.example',
      mailSubject: 'go to https://evil.example/a',
    });
    expect(expandSubject('%object%, %mail_subject%, %sender%', notice(alert))).toBe(
      'www[.]evil.example, go to hxxps://evil[.]example/a, billing@sender.example',
    );
  });

  it('tells the values of a digest once each', () => {
    const alerts = ['a', 'b', 'b', 'c', 'd'].map((objectName) => alertEvent({ objectName }));
    const digest: Notice = {
      kind: 'digest',
      id: 'x',
      createdAt: '2026-03-01T10:00:00.000Z',
      alerts,
      total: 5,
    };
    expect(expandSubject('%count%: %object%, %importance%', digest)).toBe('5: a, b, c and 1 more, high');
  });

  it('never makes a second header line', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (name, objectName) => {
        const alert = mailAlertEvent({
          objectName,
          mailSubject: name,
          sender: `${name}\r\nBcc: x@example.org`,
        });
        const subject = expandSubject('%object% %mail_subject% %sender%', notice(alert));
        expect(subject).not.toMatch(/[\r\n\u0000\u0085\u2028\u2029]/);
        expect([...subject].length).toBeLessThanOrEqual(200);
      }),
    );
  });
});

describe('unknownMacros', () => {
  it('names each one once', () => {
    expect(unknownMacros('%foo% %importance% %Foo% 5% %bar%')).toEqual(['foo', 'bar']);
  });
});
