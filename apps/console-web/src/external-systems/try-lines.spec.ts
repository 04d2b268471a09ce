import { describe, expect, it } from 'vitest';
import { createHash } from 'node:crypto';
import { firstRequestLines, testScanLines } from './try-lines.js';

const gateway = { host: 'scan.example.org', port: 22443 };

describe('lines to try the system with', () => {
  it('call the gateway where it is', () => {
    for (const lines of [firstRequestLines(gateway), testScanLines(gateway)])
      expect(lines).toContain('https://scan.example.org:22443/kata/scanner/v1/sensors/my-first-system/');
  });

  it('make the test file that all engines know, byte by byte', () => {
    const content = /printf '%s' '(.+)' > eicar\.com/.exec(testScanLines(gateway))?.[1] ?? '';
    expect(createHash('md5').update(content).digest('hex')).toBe('44d88612fea8a8f36de82e1278abb02f');
  });
});
