import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { syslogFrame, syslogFrames, withOctetCount } from './syslog-frame.js';
import { alertEvent } from './testing/index.js';

const at = '2026-03-01T10:20:30.456Z';

describe('syslogFrame', () => {
  it('is a line of RFC 5424', () => {
    const alert = alertEvent();
    const frames = syslogFrames(
      { kind: 'alert', id: alert.eventId, alert },
      ['CEF:0|x'],
      'scan-host.example',
    );
    expect(frames.map(String)).toEqual([`<130>1 ${at} scan-host.example sluice - alert - CEF:0|x`]);
  });

  it('keeps to the grammar whatever the host is called', () => {
    const header = /^<\d{1,3}>1 \S+ [!-~]{1,255} [!-~]{1,48} [!-~]{1,128} [!-~]{1,32} - /;
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (hostName, messageId) => {
        const frame = syslogFrame({ severity: 4, timestamp: at, hostName, messageId, message: 'm' });
        expect(frame.toString()).toMatch(header);
      }),
    );
  });
});

describe('withOctetCount', () => {
  it('counts bytes, not characters', () => {
    expect(withOctetCount(Buffer.from('aü\n')).toString()).toBe('4 aü\n');
  });
});
