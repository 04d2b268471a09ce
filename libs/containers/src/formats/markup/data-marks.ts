const dataMark = 'data:';

/** Below 0: there is none. Schemes of URLs are read whatever their case. */
export function nextDataMark(bytes: Buffer, from: number): number {
  for (let colon = bytes.indexOf(0x3a, from + 4); colon >= 0; colon = bytes.indexOf(0x3a, colon + 1)) {
    const last = bytes[colon - 1] as number;
    if (last !== 0x61 && last !== 0x41) continue;
    if (bytes.toString('latin1', colon - 4, colon + 1).toLowerCase() === dataMark) return colon - 4;
  }
  return -1;
}
