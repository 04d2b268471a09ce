import { deflateRawSync } from 'node:zlib';
import { eicarTestFile } from '../eicar-test-file.js';
import { type OpenableFormat, openableSample } from './sample-files.js';
import { type ZipFileEntry, zipOf } from './zip-file.js';

/** As many files as a plain zip may have. */
const mostFiles = 256;
const [bestPacked, fastestPacked, utf8] = [0x2, 0x6, 0x800];
const timeField = Buffer.from([0x55, 0x54, 5, 0, 3, 1, 2, 3, 4]);

const stored = (name: string, content: Buffer): ZipFileEntry => ({ name, content });
const deflated = (name: string, content: Buffer, more: Partial<ZipFileEntry> = {}): ZipFileEntry => ({
  name,
  content,
  packed: deflateRawSync(content),
  ...more,
});
const harmless = (name: string): ZipFileEntry => deflated(name, Buffer.from(`${name}, which is harmless`));

const entryOf = (name: string): ZipFileEntry =>
  name.endsWith('/') ? stored(name, Buffer.alloc(0)) : harmless(name);

/** Names that documents begin with: clamd tells them by these from other zips, and treats them in ways of their own. */
const beginnings = {
  zip: ['read-me.txt'],
  docx: ['[Content_Types].xml', '_rels/.rels', 'word/document.xml'],
  xlsx: ['[Content_Types].xml', '_rels/.rels', 'xl/workbook.xml'],
  pptx: ['[Content_Types].xml', '_rels/.rels', 'ppt/presentation.xml'],
  odt: ['mimetype', 'META-INF/manifest.xml', 'content.xml'],
  jar: ['META-INF/', 'META-INF/MANIFEST.MF'],
  hwpx: ['mimetype', 'version.xml', 'Contents/content.hpf'],
} as const;

const ways: readonly Partial<ZipFileEntry>[] = [
  {},
  { flags: bestPacked },
  { flags: fastestPacked },
  { flags: utf8 },
  { hasDescriptor: true },
  { extra: timeField },
];

/**
 * Zips in the plainest form there is, with the test file as one of their files: of every kind that begins in its own way, as
 * the first and the last file; stored and packed in every way that is taken for plain; one of as many as there may be; and
 * every kind of file that clamd opens alone, since what is in those it has to find there, too.
 */
export function plainZips(opens: ReadonlySet<OpenableFormat>): Buffer[] {
  const needle = eicarTestFile();
  const crowd = Array.from({ length: mostFiles - 1 }, (_, index) => harmless(String(index)));
  return [
    ...Object.values(beginnings).flatMap((names, index) => [
      zipOf([...names.map(entryOf), deflated('last.bin', needle, ways[index % ways.length])]),
      zipOf([deflated('first.bin', needle, ways[(index + 1) % ways.length]), ...names.map(entryOf)]),
    ]),
    ...ways.map((way) => zipOf([harmless('a'), deflated('packed.bin', needle, way), harmless('b')])),
    zipOf([harmless('a'), stored('stored.bin', needle), harmless('b')]),
    zipOf([...crowd, deflated('last.bin', needle)]),
    ...[...opens].map((format) => zipOf([harmless('a'), deflated(`a.${format}`, openableSample(format))])),
  ];
}
