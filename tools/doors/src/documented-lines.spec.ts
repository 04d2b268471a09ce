import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { documentedLines, readGuide, variablesOf } from './documented-lines.js';

const ports = { clamd: 40_001, milter: 40_002 };
const guide = `# A guide

<!-- test: first -->
\`\`\`
servers = "127.0.0.1:3310";
version = 33101
\`\`\`

<!-- test: second -->

\`\`\`ini
inet:127.0.0.1:8891
\`\`\`
`;

describe('lines of a guide', () => {
  it('are those below their name, with the ports of the system that is tried', () => {
    expect(documentedLines(guide, 'first', ports)).toBe('servers = "127.0.0.1:40001";\nversion = 33101\n');
    expect(documentedLines(guide, 'second', ports)).toBe('inet:127.0.0.1:40002\n');
  });
  it('that are not there are a fault, also where another block follows', () => {
    expect(() => documentedLines(guide, 'third', ports)).toThrow('"third"');
    const moved = guide.replace('-->\n```\nservers', '-->\nText.\n```\nservers');
    expect(() => documentedLines(moved, 'first', ports)).toThrow('"first"');
  });
  it('with variables are an environment', () => {
    expect(variablesOf('SENSOR_CLAMD_NAMES=clamd\n# none\nSENSOR_A=b=c\n')).toEqual({
      SENSOR_CLAMD_NAMES: 'clamd',
      SENSOR_A: 'b=c',
    });
  });
  it('of the guide itself stand on loopback ports that are replaced', () => {
    const lines = documentedLines(
      readGuide(path.resolve(import.meta.dirname, '../../..'), 'mail.md'),
      'main.cf',
      ports,
    );
    expect(lines).toContain('inet:127.0.0.1:40002');
  });
});
