import { detectType } from '../detect-type.js';
import type { OpenedItem } from '../opened-item.js';
import type { ContainerBudget } from '../walk-limits.js';

const maxSingles = 300;
const joinedBytes = 1024 ** 2;
const between = Buffer.from('\n');

/**
 * A document's streams as parts. The first few hundred stand alone, then those that are a container; the rest is joined,
 * so that a document of thousands of streams is not held for their number alone.
 */
export class DocumentStreams {
  private singles = 0;
  private joined: Buffer[] = [];
  private length = 0;

  constructor(private readonly budget: ContainerBudget) {}

  *give(label: string, bytes: Buffer, isExcerpt = false): Generator<OpenedItem> {
    if (bytes.length === 0) return;
    this.budget.takeBytes(bytes.length, bytes.length);
    const isAlone =
      this.singles < maxSingles || bytes.length >= joinedBytes || detectType(bytes).readings.length > 0;
    if (isAlone) {
      this.singles += 1;
      this.budget.takePart();
      yield { kind: 'part', label, bytes, role: 'stream', ...(isExcerpt && { isExcerpt }) };
      return;
    }
    this.joined.push(bytes, between);
    this.length += bytes.length + between.length;
    if (this.length >= joinedBytes) yield* this.finish();
  }

  *finish(): Generator<OpenedItem> {
    if (this.length === 0) return;
    this.budget.takePart();
    yield { kind: 'part', label: 'further streams', bytes: Buffer.concat(this.joined), role: 'stream' };
    this.joined = [];
    this.length = 0;
  }

  *file(label: string, bytes: Buffer, isExcerpt = false): Generator<OpenedItem> {
    this.budget.takePart();
    this.budget.takeBytes(bytes.length, bytes.length);
    yield { kind: 'part', label, bytes, ...(isExcerpt && { isExcerpt }) };
  }
}
