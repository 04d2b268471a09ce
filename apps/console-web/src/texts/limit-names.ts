/** Bounds that a part of an object may lie beyond, by the names that scanners and clamd give them. */
const limitNames: Readonly<Record<string, string>> = {
  maxDepth: 'containers within containers',
  maxParts: 'number of parts',
  maxTotalBytes: 'size unpacked in all',
  maxPartBytes: 'size of one part',
  maxHeldBytes: 'memory for opening containers',
  maxRatio: 'how far a container may expand',
  time: 'time for opening containers',
  clamavBytes: 'size of what ClamAV is shown of one object',
  MaxFileSize: 'ClamAV’s largest file',
  MaxScanSize: 'ClamAV’s most bytes of one object',
  MaxFiles: 'ClamAV’s number of files in a container',
  MaxRecursion: 'ClamAV’s containers within containers',
  MaxAllocation: 'the memory ClamAV gives one step',
  MaxScanTime: 'ClamAV’s time for one object',
  MaxHTMLNormalize: 'ClamAV’s largest HTML page',
};

/** clamd's own names of formats and of newer limits stay as they are: they can be looked up. */
export const describeLimit = (limit: string): string =>
  Object.hasOwn(limitNames, limit) ? (limitNames[limit] ?? limit) : limit;
