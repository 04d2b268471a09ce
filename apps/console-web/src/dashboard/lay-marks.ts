import type { CauseMark } from './cause-marks.js';

/** Of a mark's text, at the size that charts write it; a little more than it takes. */
const characterPx = 7;
const gapPx = 6;
/** What is named of marks that share a label; beyond, the first and the last are. */
const mostNamed = 3;

export interface LaidMark {
  readonly atMs: number;
  /** Empty: a mark beside it says it too. */
  readonly label: string;
}

interface Cluster {
  readonly members: CauseMark[];
  /** Where its text begins and ends, centred above its first mark. */
  startPx: number;
  endPx: number;
}

/**
 * Marks whose texts would lie over one another share one, above the first of them: `1, 2 ✓` or `1…4`. Each keeps its
 * line.
 */
export function layMarks(
  marks: readonly CauseMark[],
  points: readonly { readonly atMs: number }[],
  plotPx: number,
): LaidMark[] {
  const fromMs = points[0]?.atMs ?? 0;
  const spanMs = Math.max(1, (points.at(-1)?.atMs ?? 0) - fromMs);
  const clusters: Cluster[] = [];
  for (const mark of [...marks].sort((one, other) => one.atMs - other.atMs)) {
    const xPx = ((mark.atMs - fromMs) / spanMs) * plotPx;
    let cluster: Cluster = { members: [mark], ...extentOf([mark], xPx) };
    // What has grown may reach the one before.
    for (let last = clusters.at(-1); last !== undefined && cluster.startPx < last.endPx + gapPx;) {
      const members = [...last.members, ...cluster.members];
      cluster = { members, ...extentOf(members, (last.startPx + last.endPx) / 2) };
      clusters.pop();
      last = clusters.at(-1);
    }
    clusters.push(cluster);
  }
  return clusters.flatMap(({ members }) =>
    members.map(({ atMs }, index) => ({ atMs, label: index === 0 ? textOf(members) : '' })),
  );
}

function extentOf(members: readonly CauseMark[], centrePx: number) {
  const halfPx = (textOf(members).length * characterPx) / 2;
  return { startPx: centrePx - halfPx, endPx: centrePx + halfPx };
}

function textOf(members: readonly CauseMark[]): string {
  const texts = members.flatMap(({ label }) => label.split(', '));
  return texts.length > mostNamed ? `${texts[0]}…${texts.at(-1)}` : texts.join(', ');
}
