import { createHash } from 'node:crypto';
import { type EngineOutcome, type EngineStatus, type PartEngine, cleanText } from '@sluice/contracts';
import { type HashList, hasDigest, parseHashList } from './parse-hash-list.js';

/** Text of one list file; a string says why it could not be read; null: no such list is configured. */
export type ListSource = { readonly text: string } | { readonly problem: string } | null;

/**
 * SHA-256 lists: what the deny list names is infected; what the allow list names is exempt. Deny wins over allow.
 *
 * | list  | names                | effect                                                              |
 * |-------|----------------------|---------------------------------------------------------------------|
 * | deny  | the object or a part | a detection there                                                   |
 * | allow | the object           | what other engines find in it does not count                        |
 * | allow | a part               | what is found in that part, or in what it holds, does not count; a  |
 * |       |                      | finding on the whole object (ClamAV tells no part) does             |
 *
 * An allowed object that could not be examined in full still ends in `error`: the list speaks of findings only.
 */
export class HashListEngine implements PartEngine {
  readonly name = 'hash-list';
  readonly technology = 'am';
  private readonly deny: HashList;
  private readonly allow: HashList;
  private readonly problems: string[] = [];
  private readonly version: string;

  constructor(sources: { readonly deny: ListSource; readonly allow: ListSource }) {
    this.deny = this.read('deny list', sources.deny);
    this.allow = this.read('allow list', sources.allow);
    const digest = createHash('sha256').update(this.deny.digests).update('|').update(this.allow.digests);
    // Says in reports which lists judged.
    this.version = `1/${digest.digest('hex').slice(0, 12)}`;
  }

  scanPart({ sha256 }: { readonly sha256: string }): EngineOutcome {
    if (this.problems.length > 0) return { kind: 'failed', code: 'bad-answer', retryable: true };
    if (!hasDigest(this.deny, sha256)) return { kind: 'clean' };
    const name = cleanText(this.deny.labels.get(sha256) ?? '') || 'denied-hash';
    return {
      kind: 'infected',
      detections: [{ engine: this.name, technology: this.technology, name, path: [] }],
    };
  }

  isAllowed(sha256: string): boolean {
    return this.problems.length === 0 && hasDigest(this.allow, sha256) && !hasDigest(this.deny, sha256);
  }

  selfTest(): EngineStatus {
    const problem = this.problems.length === 0 ? null : cleanText(this.problems.join('; '));
    return {
      engine: this.name,
      technology: this.technology,
      version: this.version,
      signaturesAt: null,
      isTestSignatures: false,
      isHealthy: problem === null,
      problem,
      maxObjectBytes: null,
    };
  }

  private read(title: string, source: ListSource): HashList {
    const list = parseHashList(source !== null && 'text' in source ? source.text : '');
    if (source !== null && 'problem' in source) this.problems.push(`${title}: ${source.problem}`);
    for (const problem of list.problems) this.problems.push(`${title}: ${problem}`);
    return list;
  }
}
