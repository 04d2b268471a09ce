export interface Load {
  readonly connections: number;
  readonly maxConnections: number;
  /** Streams that are being received or judged. */
  readonly scans: number;
  readonly idleSeconds: number;
}

/** STATS in clamd's shape (clamdtop's format). Memory is not told: it is another process that examines. */
export const describeLoad = ({ connections, maxConnections, scans, idleSeconds }: Load): string =>
  [
    'POOLS: 1',
    '',
    'STATE: VALID PRIMARY',
    `THREADS: live ${connections}  idle 0 max ${maxConnections} idle-timeout ${idleSeconds}`,
    `QUEUE: ${scans} items`,
    '',
    'MEMSTATS: heap N/A mmap N/A used N/A free N/A releasable N/A pools 0 pools_used N/A pools_total N/A',
    'END',
  ].join('\n');
