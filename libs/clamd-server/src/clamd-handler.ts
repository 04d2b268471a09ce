import type { ScanReply } from './replies.js';
import type { CutReason, StreamBody } from './stream-body.js';

/** What a listener judges by. */
export interface ClamdHandler {
  /**
   * Judges one stream. May answer before it has read everything; the client reads the answer after it has sent all.
   * When the stream is cut, the answer is `answerCut`'s, whatever this one resolves to. A rejection is answered with
   * `answerFault`.
   */
  scan(body: StreamBody): Promise<ScanReply>;
  /** For a client that is still there: of a stream that is not whole, or of a path or descriptor, which is never looked at. */
  answerCut(reason: Exclude<CutReason, 'gone'> | 'not-a-stream'): ScanReply;
  /** For a bug. */
  answerFault(error: unknown): ScanReply;
  /** clamd's shape, `ClamAV 1.4.3/27500/Sun Nov 23 08:00:00 2025`: clients split it at the slashes. */
  version(): string;
}
