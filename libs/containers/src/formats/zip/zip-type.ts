const zipTypes: readonly (readonly [string, string])[] = [
  ['word/', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'],
  ['xl/', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'],
  ['ppt/', 'application/vnd.openxmlformats-officedocument.presentationml.presentation'],
  ['META-INF/MANIFEST.MF', 'application/java-archive'],
];

/** By the names of the central directory, which stands at the end. */
export function zipType(bytes: Buffer): string {
  const head = bytes.toString('latin1', 0, 512);
  const declared = /mimetype(application\/[a-z0-9.+-]{1,80})/.exec(head);
  if (declared?.[1] !== undefined) return declared[1];
  const directory = bytes.toString('latin1', Math.max(0, bytes.length - 65_536));
  const isOffice = directory.includes('[Content_Types].xml');
  return (
    zipTypes.find(([name]) => (isOffice || name.startsWith('META')) && directory.includes(name))?.[1] ??
    'application/zip'
  );
}
