interface Content {
  readonly sizeBytes: number;
  readonly bytes: AsyncGenerator<Buffer>;
}

/** These bytes as engines and sandboxes get them: in chunks, once. */
export const contentOf = (bytes: Buffer, chunkBytes = 65_536): Content => ({
  sizeBytes: bytes.length,
  bytes: (async function* () {
    for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes);
  })(),
});
