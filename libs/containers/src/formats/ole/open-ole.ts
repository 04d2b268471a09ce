import type { OpenContext } from '../../container-format.js';
import { decompressRtf } from '../../decoders/compressed-rtf.js';
import type { OpenedItem } from '../../opened-item.js';
import type { PasswordTries } from '../../passwords/password-tries.js';
import type { ContainerBudget } from '../../walk-limits.js';
import { DocumentStreams } from '../document-streams.js';
import { CompoundFile, type CompoundStream } from './compound-file.js';
import { unlockOffice } from './office-decryption.js';
import { hasFilePass, isEncryptedPowerPoint, isEncryptedWord } from './office-encryption.js';
import { hwpFlags, isHwpStorage, packedFile } from './hwp-streams.js';
import { readOle10Native } from './ole-package.js';
import { powerPointObjects } from './powerpoint-objects.js';
import { readableName } from './stream-names.js';
import { vbaSource } from './vba-source.js';

/** Streams, the files embedded in them, a message's attachments and bodies, sources of macros. */
export function* openOle(bytes: Buffer, { budget, passwords }: OpenContext): Generator<OpenedItem> {
  const opening = new OleOpening(bytes, { budget, passwords });
  yield* opening.items();
}

/** Streams that are a whole file of another kind ([MS-OLEDS], and what programs call it). */
const wholeFiles = new Set(['Package', 'CONTENTS', 'EmbeddedOdf']);
const property = /^__substg1\.0_([0-9A-F]{4})([0-9A-F]{4})$/i;
const unicode = '001F';

class OleOpening {
  private readonly file: CompoundFile;
  private readonly streams: DocumentStreams;
  private readonly all: readonly CompoundStream[];
  /** Without the last four characters of the name, which say a property's type. */
  private readonly byPath = new Map<string, CompoundStream>();
  private readonly fileBytes: number;
  private readonly budget: ContainerBudget;
  private readonly passwords: PasswordTries;
  /** Of a document of Hangul's word processor. */
  private readonly hwp: ReturnType<typeof hwpFlags>;

  constructor(bytes: Buffer, { budget, passwords }: Pick<OpenContext, 'budget' | 'passwords'>) {
    this.budget = budget;
    this.passwords = passwords;
    this.file = new CompoundFile(bytes, budget);
    this.streams = new DocumentStreams(budget);
    this.all = this.file.streams();
    this.fileBytes = bytes.length;
    this.hwp = hwpFlags(this.all, (stream) => this.file.read(stream));
    for (const stream of this.all) this.byPath.set(pathOf(stream.storages, stream.name.slice(0, -4)), stream);
  }

  *items(): Generator<OpenedItem> {
    if (this.hwp?.isSealed === true)
      yield { kind: 'unexamined', reason: 'encrypted', detail: 'the document is protected by a password' };
    for (const stream of this.all) {
      this.budget.takeBytes(0, Math.min(stream.size, this.fileBytes));
      yield* this.stream(stream, this.file.read(stream));
    }
    yield* this.streams.finish();
    if (this.file.isCut)
      yield { kind: 'unexamined', reason: 'damaged', detail: 'streams lie beyond its end' };
    else if (this.all.length === 0) yield { kind: 'empty' };
  }

  private *stream(stream: CompoundStream, content: Buffer): Generator<OpenedItem> {
    const name = readableName(stream.name);
    const label = [...stream.storages, name].join('/');
    if (name === 'EncryptedPackage') return yield* this.package(stream, label, content);
    if (this.hwp?.isPacked === true && isHwpStorage(stream))
      yield* packedFile(label, content, { budget: this.budget, streams: this.streams });
    const sealed = isSealed(name, content);
    if (sealed !== null) yield { kind: 'unexamined', reason: 'encrypted', label, detail: sealed };
    if (wholeFiles.has(name)) yield* this.streams.file(label, content);
    else yield* this.streams.give(label, content);
    if (/^\x01Ole10Native$/i.test(stream.name)) yield* this.embedded(content);
    else if (name === 'PowerPoint Document')
      for (const object of powerPointObjects(content, this.budget))
        yield* this.streams.file('object', object);
    else if (property.test(name)) yield* this.ofMessage(stream, content);
    const source = content.includes('\0Attribut') ? vbaSource(content, this.budget.largestPartBytes) : null;
    if (source !== null) yield* this.streams.give(`${label} (source)`, source);
  }

  /** The whole document, sealed; how, says the stream beside it. Opened it is a file of its own. */
  private *package({ storages }: CompoundStream, label: string, content: Buffer): Generator<OpenedItem> {
    const info = this.all.find(
      (one) => readableName(one.name) === 'EncryptionInfo' && one.storages.join('/') === storages.join('/'),
    );
    this.budget.takeBytes(0, Math.min(content.length, this.fileBytes));
    const unlocked = info === undefined ? null : unlockOffice(this.file.read(info), content, this.passwords);
    if (unlocked?.kind === 'opened' && unlocked.bytes.length > 0) {
      this.budget.takePart();
      this.budget.takeBytes(unlocked.bytes.length, unlocked.bytes.length);
      yield { kind: 'part', label: 'decrypted document', bytes: unlocked.bytes, wasEncrypted: true };
      return;
    }
    const isUnknown = unlocked?.kind === 'closed' && unlocked.why === 'unknown';
    const detail = `the document is protected by a password${isUnknown ? ', in a way that is not tried' : ''}`;
    yield { kind: 'unexamined', reason: 'encrypted', label, detail };
    yield* this.streams.give(label, content);
  }

  private *embedded(content: Buffer): Generator<OpenedItem> {
    const { name, bytes, isWhole } = readOle10Native(content);
    yield* this.streams.file(name, bytes);
    if (!isWhole) yield { kind: 'unexamined', reason: 'damaged', label: name };
  }

  /** [MS-OXMSG]: a stream a property, named by its number and type. */
  private *ofMessage(stream: CompoundStream, content: Buffer): Generator<OpenedItem> {
    const [, id = '', type = ''] = property.exec(stream.name) ?? [];
    if (id === '3701' && type === '0102') yield* this.streams.file(this.attachmentName(stream), content);
    if (id === '1013') yield* this.streams.file('html body', content);
    if (id === '1000' && type.toUpperCase() === unicode)
      yield* this.streams.file('text body', Buffer.from(content.toString('utf16le')));
    const rtf = id === '1009' ? decompressRtf(content, this.budget.largestPartBytes) : null;
    if (rtf !== null) yield* this.streams.file('rtf body', rtf);
  }

  private attachmentName({ storages }: CompoundStream): string {
    for (const id of ['3707', '3704']) {
      const found = this.byPath.get(pathOf(storages, `__substg1.0_${id}`));
      if (found === undefined) continue;
      const isUnicode = property.exec(found.name)?.[2]?.toUpperCase() === unicode;
      return this.file.read(found).toString(isUnicode ? 'utf16le' : 'latin1');
    }
    return 'attachment';
  }
}

const pathOf = (storages: readonly string[], name: string): string => [...storages, name].join('/');

/** Why a stream cannot be read; null: it can. */
function isSealed(name: string, content: Buffer): string | null {
  switch (name) {
    case 'Workbook':
    case 'Book':
      return hasFilePass(content) ? 'the workbook is protected by a password' : null;
    case 'WordDocument':
      return isEncryptedWord(content) ? 'the document is protected by a password' : null;
    case '\x09DRMContent':
      return 'rights management protects the document';
    case 'Current User':
      return isEncryptedPowerPoint(content) ? 'the presentation is protected by a password' : null;
    default:
      return null;
  }
}
