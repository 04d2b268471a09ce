import type { ConclusiveState, ScanState } from '@sluice/contracts';

export interface Submission {
  readonly id: string;
  readonly key: string;
  readonly sha256: string;
  state: ScanState;
  isOld: boolean;
  /** The file that its object shares, while it does. Null: it has one of its own. */
  group: string | null;
}

/** From best to worst, as the wire contract tells a shared id. */
const order: readonly ConclusiveState[] = ['not detected', 'timeout', 'error', 'detect'];

/**
 * The contract's semantics of scanIds in memory, as plainly as they can be said: per key the live submissions, oldest
 * first. What it says after any sequence of calls is what the ledger has to say.
 */
export class LedgerModel {
  private readonly live = new Map<string, Submission[]>();
  /** By bytes: the last verdict that may be told again, and what decided it. */
  private readonly known = new Map<string, { readonly state: ConclusiveState; readonly set: string }>();
  /** What decides on each scanner; a later one in the order of texts has newer signatures. */
  private readonly sets = new Map<string, string | null>();
  private readonly closed = new Set<string>();
  readonly submissions = new Map<string, Submission>();

  accept(
    id: string,
    key: string,
    sha256: string,
    group: string | null = null,
  ): 'accepted' | 'exists' | 'group-closed' {
    const live = this.live.get(key) ?? [];
    const isRepeat = live.some((one) => one.sha256 === sha256 && (one.state === 'processing' || !one.isOld));
    if (isRepeat) return 'exists';
    if (group !== null && this.closed.has(group)) return 'group-closed';
    const submission: Submission = { id, key, sha256, state: 'processing', isOld: false, group };
    this.submissions.set(id, submission);
    // The head moves to the end of the list: it is the newest.
    this.live.delete(key);
    this.live.set(key, told(live) === 'processing' ? [...live, submission] : [submission]);
    const known = this.known.get(sha256);
    if (known !== undefined && known.set === this.newestSet()) submission.state = known.state;
    return 'accepted';
  }

  /** `set`: what decided, when the scan says so. */
  conclude(id: string, state: ConclusiveState, set: string | null = null): boolean {
    const submission = this.submissions.get(id);
    if (submission?.state !== 'processing') return false;
    submission.state = state;
    this.learn(submission.sha256, state, set);
    return true;
  }

  /** Of these groups those that no object is needed of, for good; sorted. */
  closeGroups(groups: readonly string[]): string[] {
    for (const group of groups)
      if (![...this.submissions.values()].some((one) => one.group === group && one.state !== 'not detected'))
        this.closed.add(group);
    return groups.filter((group) => this.closed.has(group)).sort();
  }

  /** What is kept has a file of its own from here on. */
  copyOut(): void {
    for (const one of this.submissions.values()) if (one.state !== 'processing') one.group = null;
  }

  /** What a scan of these bytes says of them. */
  learn(sha256: string, state: ConclusiveState, set: string | null): void {
    const isConclusive = state === 'detect' || state === 'not detected';
    if (isConclusive && set !== null) this.known.set(sha256, { state, set });
    // A clean that cannot be told again says nothing against one that can.
    else if (state !== 'not detected') this.known.delete(sha256);
  }

  report(scanner: string, set: string | null): void {
    this.sets.set(scanner, set);
  }

  forget(): void {
    this.known.clear();
  }

  private newestSet(): string | null {
    return (
      [...this.sets.values()]
        .filter((set) => set !== null)
        .sort()
        .at(-1) ?? null
    );
  }

  delete(matches: (key: string) => boolean): number {
    const keys = [...this.live.keys()].filter(matches);
    for (const key of keys) this.live.delete(key);
    return keys.length;
  }

  states(): { key: string; state: ScanState }[] {
    return [...this.live].map(([key, live]) => ({ key, state: told(live) }));
  }
}

function told(live: readonly Submission[]): ScanState {
  if (live.some((one) => one.state === 'processing')) return 'processing';
  return order.findLast((state) => live.some((one) => one.state === state)) ?? 'not detected';
}
