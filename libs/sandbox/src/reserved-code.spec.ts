import { describe, expect, it } from 'vitest';
import { bytesOfCode } from './reserved-code.js';

const ofNode24 = `00400000-00a1b000 r--p 00000000 00:20 131 /usr/bin/node
02f3c000-02f58000 rw-p 02b3b000 00:20 131 /usr/bin/node
7f30c8000000-7f30e7dc0000 rwxp 00000000 00:00 0 
7f30e7dc0000-7f30e7fc5000 r-xp 01e0f000 00:20 131 /usr/bin/node
7f30e7fc5000-7f30e8000000 rwxp 00000000 00:00 0
7f30f0000000-7f30f0800000 rw-p 00000000 00:00 0 
7f30f1000000-7f30f2000000 rwxs 00000000 00:00 0 
7f30f3000000-7f30f4000000 rwxp 00000000 00:20 77 /usr/lib/addon.node
ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0 [vsyscall]
`;

describe('what Node reserves for compiled code', () => {
  it('is what can be written and executed and is no file', () => {
    expect(bytesOfCode(ofNode24)).toBe(0x1fdc0000 + 0x3b000);
    expect(bytesOfCode('')).toBe(0);
  });
});
