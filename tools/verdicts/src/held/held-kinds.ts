import type { FormatName } from '@sluice/containers/detection';
import type { UnexaminedReason } from '@sluice/contracts';

/** A kind that stands for it in `npm test`, or why there is none. */
export type Held = { readonly kind: string } | { readonly notHeld: string };

const kind = (name: string): Held => ({ kind: name });
const noWriter = (what: string): Held => ({ notHeld: `no program at hand writes ${what}` });

/** A format that is added gets its line here, or this does not compile. */
export const kindOfFormat: Readonly<Record<FormatName, Held>> = {
  zip: kind('zip-local-sizes-zero'),
  '7z': kind('7z-delta'),
  rar: kind('rar4-store'),
  rar5: kind('rar5-store'),
  cab: kind('cab-mszip'),
  ar: kind('deb-zst'),
  rpm: kind('rpm-xz'),
  gzip: kind('gz-garbage-behind'),
  bzip2: kind('bz2-two'),
  xz: kind('xz-sha256'),
  compress: kind('compress-Z'),
  zstd: kind('zst-skippable-first'),
  lz4: kind('lz4-legacy'),
  lzip: kind('lzip'),
  lzma: kind('lzma-alone'),
  xar: kind('xar-pkg'),
  wim: kind('wim'),
  chm: noWriter('Microsoft’s help files'),
  szdd: kind('szdd'),
  swf: kind('swf-cws'),
  arj: kind('arj'),
  crx: kind('crx3'),
  lzop: kind('lzop'),
  sqlite: kind('sqlite-blob'),
  activemime: kind('activemime'),
  closed: kind('rzip'),
  sealed: { notHeld: 'nothing can be found inside; a unit test says that it is said' },
  tar: kind('tar-two'),
  cpio: kind('cpio-two'),
  zisofs: kind('zisofs-file'),
  'mozilla-lz4': kind('mozilla-lz4'),
  warc: kind('warc'),
  macbinary: kind('macbinary-2'),
  'android-backup': kind('android-backup'),
  pbzx: kind('pbzx'),
  nero: kind('nrg'),
  'raw-cd': kind('cd-raw-mode-1'),
  emlx: kind('emlx'),
  lzh: kind('lzh-level2'),
  iso: kind('iso-joliet'),
  udf: kind('iso-udf-only'),
  squashfs: kind('squashfs'),
  cramfs: noWriter('this file system'),
  vhd: kind('img-vhd-fixed'),
  vhdx: kind('img-vhdx'),
  vmdk: kind('img-vmdk'),
  qcow: kind('img-qcow2'),
  vdi: kind('img-vdi'),
  dmg: kind('dmg'),
  'android-sparse': noWriter('these images'),
  ntfs: { notHeld: '`npm run verdicts` alone installs its writer' },
  apfs: noWriter('this file system'),
  'hfs+': noWriter('this file system without mounting it'),
  ext: kind('img-ext4'),
  fat: kind('img-fat12'),
  'apple-map': kind('apple-map-fat'),
  gpt: kind('img-gpt-fat'),
  mbr: kind('img-mbr-fat16'),
  ole: kind('msg'),
  cms: kind('mail-smime-signed-opaque'),
  pgp: kind('mail-pgp-attachment'),
  tnef: kind('tnef'),
  'apple-single': kind('mail-applesingle'),
  pdf: kind('pdf-attachment-flate'),
  rtf: kind('rtf-objdata'),
  onenote: kind('onenote'),
  'property-list': kind('webarchive'),
  lnk: kind('lnk-appended'),
  'odf-manifest': kind('odt-encrypted'),
  asar: kind('asar'),
  calendar: kind('ics-attach'),
  http: kind('http-response-file'),
  markup: kind('html-smuggling-js'),
  'encoded-text': kind('text-uu'),
  mailbox: kind('mail-mbox'),
  mail: kind('mail-boundary-duplicate-last'),
  'mail-within': kind('mail-in-pdf'),
  nsis: noWriter('these installers'),
  'zip-behind': kind('zip-sfx'),
  carved: kind('rar5-sfx'),
  picture: kind('png-unknown-chunk'),
  packaged: kind('pyinstaller'),
  'git-pack': kind('git-pack-delta'),
  'text-in-binary': kind('class-with-base64'),
  embedded: kind('binary-with-gzip'),
};

/** A kind whose report has to name the reason; for every reason that the walk itself gives. */
export const kindOfReason: Readonly<Record<UnexaminedReason, Held>> = {
  encrypted: kind('zip-strong-encryption'),
  unsupported: kind('zip-method-unknown'),
  damaged: kind('zip-no-directory'),
  ambiguous: { notHeld: 'no kind ends in it; the specs of zip and mail say it' },
  'limit-exceeded': kind('zip-depth-17'),
  'too-large': { notHeld: 'an engine’s own word; the specs of what is shown to engines say it' },
};

/** Kinds that were missed or wrongly held once and stand for no format above. */
export const onceWrong: readonly string[] = [
  ...[
    'raw',
    'gz-wrong-crc',
    'zip-lzma',
    'zip-concat-clean-eicar',
    'zip-comment-holds-eocd',
    'zip-name-dir-slash',
  ],
  ...['rar4-encrypted', 'ole-xls-filepass', 'docx-ole-package', 'html-smuggling-array', 'mail-8bit-zip'],
  ...[
    'mail-uu-in-body',
    'mail-boundary-wrong',
    'mail-b64-padding-middle',
    'mail-cte-twice-last',
    'mail-cr-only',
  ],
  ...['mail-unknown-multipart', 'mail-smime-authenveloped', 'mail-pgp-inline', 'mixed-depth-6'],
];

const heldIn = (table: Readonly<Record<string, Held>>): string[] =>
  Object.values(table).flatMap((held) => ('kind' in held ? [held.kind] : []));

export const heldKinds: readonly string[] = [
  ...new Set([...heldIn(kindOfFormat), ...heldIn(kindOfReason), ...onceWrong]),
];
