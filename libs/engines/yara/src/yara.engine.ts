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
import { type Scanner, createCompiler } from './yara-module.js';

const { version: libraryVersion } = createRequire(import.meta.url)('@virustotal/yara-x/package.json') as {
  version: string;
};

/** What of a scan's result is used; everything else may change. */
const resultSchema = z.object({
  valid: z.literal(true),
  matches: z.array(z.object({ identifier: z.string(), namespace: z.string(), isPrivate: z.boolean() })),
});

const selfTestNamespace = 'sluice-self-test';
const selfTestText = ['sluice', 'yara', 'self', 'test'].join('\u0001');
const selfTestRule = `rule self_test { strings: $text = ${JSON.stringify(selfTestText).replaceAll('\\u0001', '\\x01')} condition: $text }`;
/** Enough to know that a rule matched; an object can't make us keep millions of offsets. */
const maxMatchesPerPattern = 1;

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
    compiler.addSource(selfTestRule);
    const digest = createHash('sha256');
    for (const file of rules.files) {
      digest.update(file.name).update('\0').update(file.text);
      this.problems.push(...addFile(compiler, file));
    }
    // Says in reports which rules judged.
    this.version = `${libraryVersion}/${digest.digest('hex').slice(0, 12)}`;
    this.scanner = this.problems.length === 0 ? compiler.build().scanner() : null;
    this.scanner?.setMaxMatchesPerPattern(maxMatchesPerPattern);
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
    const found = this.match(Buffer.from(`before ${selfTestText} behind`, 'latin1'));
    const isFound = found?.some((match) => match.namespace === selfTestNamespace) === true;
    return isFound ? null : 'does not match the rule of the self-test';
  }

  private match(bytes: Uint8Array): z.infer<typeof resultSchema>['matches'] | null {
    if (this.scanner === null) return null;
    const result = resultSchema.safeParse(this.scanner.scan(bytes));
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
