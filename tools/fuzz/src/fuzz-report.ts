import type { Attack } from './attack.js';
import type { Service } from './good-client.js';
import type { Vitals } from './gateway-vitals.js';
import type { Judgement } from './judge-conversation.js';

/** What became of one kind of attack: how often each outcome. */
export interface KindRow {
  readonly kind: string;
  readonly sent: number;
  readonly outcomes: Readonly<Record<string, number>>;
}

export interface FuzzReport {
  readonly rows: readonly KindRow[];
  readonly requests: number;
  readonly seconds: number;
  /** At the start, and after each round, when everything had settled. */
  readonly vitals: readonly Vitals[];
  readonly service: Service;
  readonly violations: readonly string[];
}

/** Sums up what came back, and keeps the first violations with all that is needed to repeat them. */
export class Tally {
  readonly violations: string[] = [];
  private readonly counts = new Map<string, Map<string, number>>();
  private readonly sent = new Map<string, number>();

  constructor(private readonly maxViolations = 40) {}

  take(attack: Attack, { outcome, violations }: Judgement, origin: string): void {
    this.count(attack.kind, outcome);
    const bytes = Buffer.concat(attack.pieces);
    const repeat = `${origin}, ${attack.caller}, ${attack.ending}, base64 ${bytes.subarray(0, 6000).toString('base64')}${bytes.length > 6000 ? '…' : ''}`;
    for (const violation of violations) this.complain(`${attack.kind}: ${violation} (${repeat})`);
  }

  count(kind: string, outcome: readonly string[]): void {
    const counts = this.counts.get(kind) ?? new Map<string, number>();
    // A pipeline's answers count once each code.
    for (const code of new Set(outcome)) counts.set(code, (counts.get(code) ?? 0) + 1);
    this.counts.set(kind, counts);
    this.sent.set(kind, (this.sent.get(kind) ?? 0) + 1);
  }

  complain(violation: string): void {
    if (this.violations.length < this.maxViolations) this.violations.push(violation);
  }

  get rows(): KindRow[] {
    return [...this.counts].map(([kind, outcomes]) => ({
      kind,
      sent: this.sent.get(kind) ?? 0,
      outcomes: Object.fromEntries([...outcomes].sort(([one], [other]) => one.localeCompare(other))),
    }));
  }
}

/** More than this between two rounds of the same attacks is kept by somebody. */
const bounds = { roundHeapMiB: 4, roundResidentMiB: 48, firstHeapMiB: 40 } as const;

export function judgeVitals(vitals: readonly Vitals[]): string[] {
  const [start, first, ...later] = vitals;
  if (start === undefined || first === undefined) return ['the gateway was not measured'];
  const last = later.at(-1) ?? first;
  const held = (one: Vitals): number => one.heapMiB + one.externalMiB;
  return [
    ...(vitals.every(({ pid }) => pid === start.pid) ? [] : ['the gateway is another process than before']),
    ...(last.openFiles <= start.openFiles + 2
      ? []
      : [`open files: ${start.openFiles} before, ${last.openFiles} after`]),
    ...(held(first) - held(start) <= bounds.firstHeapMiB
      ? []
      : [`memory kept by the first round: ${(held(first) - held(start)).toFixed(1)} MiB`]),
    ...(held(last) - held(first) <= bounds.roundHeapMiB * Math.max(1, later.length)
      ? []
      : [`memory kept by a repeated round: ${(held(last) - held(first)).toFixed(1)} MiB`]),
    ...(last.residentMiB - first.residentMiB <= bounds.roundResidentMiB
      ? []
      : [`resident memory grew from ${first.residentMiB.toFixed(0)} to ${last.residentMiB.toFixed(0)} MiB`]),
  ];
}

export function judgeService({ submitted, right, failures }: Service): string[] {
  if (submitted === 0) return ['the good client submitted nothing'];
  return [
    ...failures.map((failure) => `the good client was not served: ${failure}`),
    ...(right === submitted ? [] : [`the good client has ${right} right verdicts of ${submitted}`]),
  ];
}
