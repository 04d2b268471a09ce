import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import {
  type Detection,
  type EngineOutcome,
  type EngineStatus,
  type PartEngine,
  cleanText,
} from '@sluice/contracts';
import { z } from 'zod';
import type { RuleFiles } from './read-rule-files.js';
import { type Scanner, createCompiler, dropEndedInstances } from './yara-module.js';

const { version: libraryVersion } = createRequire(import.meta.url)('@virustotal/yara-x/package.json') as {
  version: string;
};

/** What of a scan's result is used; everything else may change. */
const resultSchema = z.object({
  valid: z.literal(true),
  matches: z.array(z.object({ identifier: z.string(), namespace: z.string(), isPrivate: z.boolean() })),
});

/** As many as can be said. */
const maxMatches = 0xffff_ffff;

const selfTestNamespace = 'sluice-self-test';
const selfTestText = ['sluice', 'yara', 'self', 'test'].join('\u0001');
const selfTestString = JSON.stringify(selfTestText).replaceAll('\\u0001', '\\x01');
/**
 * Three ways to use matches that only work when every match is kept: a limit on them changes what rules mean, without a
 * word. What an object with millions of matches costs is bounded by the process around.
 */
const selfTestConditions = {
  self_test_count: '#text == 3',
  self_test_offset: 'for any i in (1..#text) : (@text[i] > filesize - 64)',
  self_test_range: '#text in (32..filesize) == 2 and $text in (filesize - 64..filesize)',
} as const;
const selfTestRules = Object.entries(selfTestConditions)
  .map(([name, condition]) => `rule ${name} { strings: $text = ${selfTestString} condition: ${condition} }`)
  .join('\n');
/** The text at its start, in its middle and near its end. */
const selfTestSample = Buffer.from(
  [0, 48, 64].map((gap) => '.'.repeat(gap) + selfTestText).join('') + '.'.repeat(16),
  'latin1',
);
/**
 * YARA-X (WebAssembly) with rules compiled in this process. Neither a scan nor a compilation can be interrupted: run it
 * in a process that can be killed. A rule file with an error makes the engine unhealthy instead of being left out.
 */
export class YaraEngine implements PartEngine {
  readonly name = 'yara';
  readonly technology = 'yara';
  private readonly scanner: Scanner | null;
  private readonly problems: string[];
  private readonly version: string;

  constructor(rules: RuleFiles) {
    this.problems = [...rules.problems];
    const compiler = createCompiler();
    compiler.newNamespace(selfTestNamespace);
    compiler.addSource(selfTestRules);
    const digest = createHash('sha256');
    for (const file of rules.files) {
      digest.update(file.name).update('\0').update(file.text);
      this.problems.push(...addFile(compiler, file));
    }
    // Says in reports which rules judged.
    this.version = `${libraryVersion}/${digest.digest('hex').slice(0, 12)}`;
    this.scanner = this.problems.length === 0 ? compiler.build().scanner() : null;
    // YARA-X stops at a million by itself, and rules that count further would never match.
    this.scanner?.setMaxMatchesPerPattern(maxMatches);
  }

  scanPart({ bytes }: { readonly bytes: Uint8Array }): EngineOutcome {
    const matches = this.match(bytes);
    if (matches === null) return { kind: 'failed', code: 'bad-answer', retryable: true };
    const detections = matches
      .filter((match) => match.namespace !== selfTestNamespace && !match.isPrivate)
      .map((match): Detection => {
        const name = cleanText(match.identifier);
        return { engine: this.name, technology: this.technology, name, path: [] };
      });
    return detections.length > 0 ? { kind: 'infected', detections } : { kind: 'clean' };
  }

  selfTest(): EngineStatus {
    const problem = this.problems.length > 0 ? this.problems.join('; ') : this.testProblem();
    return {
      engine: this.name,
      technology: this.technology,
      version: this.version,
      signaturesAt: null,
      isTestSignatures: false,
      isHealthy: problem === null,
      problem: problem === null ? null : cleanText(problem),
      maxObjectBytes: null,
    };
  }

  private testProblem(): string | null {
    const found = this.match(selfTestSample) ?? [];
    const names = found.filter((one) => one.namespace === selfTestNamespace).map((one) => one.identifier);
    const missing = Object.keys(selfTestConditions).filter((name) => !names.includes(name));
    return missing.length === 0 ? null : `does not match rules of the self-test: ${missing.join(', ')}`;
  }

  private match(bytes: Uint8Array): z.infer<typeof resultSchema>['matches'] | null {
    if (this.scanner === null) return null;
    const result = resultSchema.safeParse(this.scanner.scan(bytes));
    dropEndedInstances();
    return result.success ? result.data.matches : null;
  }
}

function addFile(
  compiler: ReturnType<typeof createCompiler>,
  file: { name: string; text: string },
): string[] {
  try {
    // A namespace for each file: two files may use the same name for a rule.
    compiler.newNamespace(file.name);
    compiler.addSource(file.text);
    return [];
  } catch (error) {
    const [what, where] = (error instanceof Error ? error.message : 'unknown').split('\n');
    return [`${file.name}: ${what ?? ''} ${(where ?? '').replace('-->', '').trim()}`.trim()];
  }
}
