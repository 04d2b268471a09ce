import type { IncomingMessage } from 'node:http';
import { MailDigest, type ObjectStore } from '@sluice/object-store';
import { MultipartError, MultipartParser } from '../read-multipart/index.js';
import type { PartHeader, PartSink } from '../read-multipart/index.js';
import { ObjectDraft } from './object-draft.js';
import { ObjectSelection } from './object-selection.js';
import type { SelectedObject } from './object-selection.js';
import { formFieldNames } from './scan-form.js';
import type { FormFieldName, FormFields } from './scan-form.js';
import type { FileSharing } from './file-sharing.js';
import type { StallWatch, WatchedBody } from './stall-watch.js';

/** How receiving ended. In every case but `received` nothing of the object stays. */
export type ReceivedForm =
  | {
      readonly kind: 'received';
      readonly fields: FormFields;
      /** Null: there is no part that could be the object. The receiver of the form commits or aborts the draft. */
      readonly object: SelectedObject | null;
      readonly abort: () => Promise<void>;
    }
  | { readonly kind: 'malformed'; readonly message: string }
  | { readonly kind: 'too-large' | 'stalled' | 'gone' }
  /** `faulty`: a bug of ours. */
  | { readonly kind: 'store-failed' | 'faulty'; readonly cause: unknown };

export interface ReceiveOptions {
  readonly boundary: string;
  readonly store: Pick<ObjectStore, 'create' | 'createShared'>;
  readonly fileSharing: Pick<FileSharing, 'gather'>;
  readonly stallWatch: StallWatch;
  readonly maxObjectBytes: number;
  readonly maxBodyBytes: number;
  /** The object is a mail as its server has it: it may come again, with a line more on top. */
  readonly isMail: boolean;
  /** Asked now and then: true stops with `store-failed`. */
  readonly isStoreFull: () => boolean;
}

/** Space is looked at before a body and then each time this much of it has come. */
const spaceCheckBytes = 8 * 1024 ** 2;
const maxFieldBytes = 4 * 1024;
const fieldNames: ReadonlySet<string> = new Set(formFieldNames);
const acceptedEncodings: ReadonlySet<string> = new Set(['7bit', '8bit', 'binary']);

class TooLarge extends Error {}

/** Streams a multipart body: the object into the store, the known fields into memory, the rest nowhere. */
export function receiveForm(request: IncomingMessage, options: ReceiveOptions): Promise<ReceivedForm> {
  return new Promise((resolve) => new FormReceiver(request, options, resolve).start());
}

class FormReceiver {
  private readonly fields = new Map<FormFieldName, string[]>();
  private readonly selection: ObjectSelection;
  private readonly parser: MultipartParser;
  private readonly body: WatchedBody;
  private receivedBytes = 0;
  private nextSpaceCheckBytes = spaceCheckBytes;
  private isSettled = false;

  constructor(
    private readonly request: IncomingMessage,
    private readonly options: ReceiveOptions,
    private readonly resolve: (outcome: ReceivedForm) => void,
  ) {
    this.body = options.stallWatch.start(() => this.fail({ kind: 'stalled' }));
    this.parser = new MultipartParser({
      boundary: options.boundary,
      onPart: (header) => this.openPart(header),
    });
    this.selection = new ObjectSelection({
      startDraft: () => this.startDraft(),
      maxSizeBytes: options.maxObjectBytes,
      onTooLarge: () => {
        throw new TooLarge();
      },
    });
  }

  start(): void {
    this.request.on('data', this.onData);
    this.request.on('end', this.onEnd);
    this.request.on('close', this.onClose);
    this.request.on('error', this.onClose);
  }

  private readonly onData = (chunk: Buffer): void => {
    this.body.received(chunk.length);
    this.receivedBytes += chunk.length;
    if (this.receivedBytes > this.options.maxBodyBytes) return this.fail({ kind: 'too-large' });
    if (this.isOutOfSpace()) return this.fail({ kind: 'store-failed', cause: new Error('reserve reached') });
    this.attempt(() => this.parser.write(chunk));
  };

  private readonly onEnd = (): void => {
    this.attempt(() => {
      this.parser.end();
      const { object } = this.selection;
      this.settle({ kind: 'received', fields: this.fields, object, abort: () => this.selection.abort() });
    });
  };

  private readonly onClose = (): void => this.fail({ kind: 'gone' });

  private isOutOfSpace(): boolean {
    if (this.receivedBytes < this.nextSpaceCheckBytes) return false;
    this.nextSpaceCheckBytes += spaceCheckBytes;
    return this.options.isStoreFull();
  }

  private attempt(step: () => void): void {
    try {
      step();
    } catch (error) {
      if (error instanceof TooLarge) this.fail({ kind: 'too-large' });
      else if (error instanceof MultipartError) this.fail({ kind: 'malformed', message: error.message });
      else this.fail({ kind: 'faulty', cause: error });
    }
  }

  private openPart(header: PartHeader): PartSink | null {
    if (header.name !== 'content' && !fieldNames.has(header.name ?? '')) return null;
    if (!acceptedEncodings.has(header.transferEncoding))
      throw new MultipartError('Content-Transfer-Encoding has to be 7bit, 8bit or binary');
    // Files of one field inside a part (RFC 7578, 4.3): their bytes are not the object's.
    if (header.contentType === 'multipart/mixed' && !header.hasFilename)
      throw new MultipartError('a part cannot be multipart/mixed: send each object by itself');
    return header.name === 'content'
      ? this.selection.offer(header)
      : this.openField(header.name as FormFieldName);
  }

  private openField(name: FormFieldName): PartSink {
    const pieces: Buffer[] = [];
    let bytes = 0;
    return {
      write: (piece) => {
        bytes += piece.length;
        if (bytes > maxFieldBytes) throw new MultipartError(`${name} is larger than ${maxFieldBytes} bytes`);
        pieces.push(piece);
      },
      end: () => {
        const values = this.fields.get(name) ?? [];
        values.push(Buffer.concat(pieces).toString('utf8'));
        this.fields.set(name, values);
      },
    };
  }

  private startDraft(): ObjectDraft {
    return new ObjectDraft({
      store: this.options.store,
      gathered: this.options.fileSharing.gather(),
      onPressure: (isHigh) => this.slowDown(isHigh),
      onFailure: (cause) => this.fail({ kind: 'store-failed', cause }),
      ...(this.options.isMail && { mailDigest: new MailDigest() }),
    });
  }

  private slowDown(isHigh: boolean): void {
    if (this.isSettled) return;
    this.body.isPaused = isHigh;
    if (isHigh) this.request.pause();
    else this.request.resume();
  }

  private fail(outcome: Exclude<ReceivedForm, { kind: 'received' }>): void {
    if (this.isSettled) return;
    // What is left of the body waits until the answer is sent.
    this.request.pause();
    this.settle(outcome);
    void this.selection.abort();
  }

  private settle(outcome: ReceivedForm): void {
    if (this.isSettled) return;
    this.isSettled = true;
    this.options.stallWatch.stop(this.body);
    this.request.off('data', this.onData);
    this.request.off('end', this.onEnd);
    this.request.off('close', this.onClose);
    // An aborted request reports an error without anybody listening any more.
    this.request.off('error', this.onClose);
    this.request.on('error', () => undefined);
    this.resolve(outcome);
  }
}
