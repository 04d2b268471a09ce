/** What is opened, or said, by what the code does, and was never tried: no program at hand writes it. */
export const untested: readonly { readonly name: string; readonly why: string }[] = [
  {
    name: 'RAR 4 and 5, compressed',
    why: 'only WinRAR’s own program packs; the stored ones above prove nothing of it',
  },
  { name: 'RAR 4 and 5, solid', why: 'the same' },
  { name: 'RAR 4 and 5, all volumes of several', why: 'the same; the first volume of a stored one is above' },
  { name: 'CHM', why: 'no writer at hand' },
  {
    name: 'NSIS installers',
    why: 'no writer among the tools asked for; one of ClamAV’s test files is compared below',
  },
  { name: 'APFS, HFS+ alone', why: 'no writer that needs no mounted file system' },
  { name: 'cramfs, Android’s sparse images', why: 'no writer among the tools asked for' },
];
