import { MilterProtocolError } from './milter.errors.js';
import { commandOf, type MilterCommand } from './protocol.js';
import { readStrings } from './read-fields.js';

const maxBytes = 64 * 1024;
const ofConnection: readonly MilterCommand[] = ['connect', 'helo'];

/**
 * Macros of a connection by the command they precede. Those of CONNECT and HELO hold for the connection, the others for the
 * message; what is sent for a command replaces what was sent for it before, as in libmilter.
 */
export class Macros {
  private readonly byCommand = new Map<MilterCommand, ReadonlyMap<string, string>>();
  /** Commands for which some came since the last command: those that are announced. */
  private readonly announced = new Set<MilterCommand>();

  take(data: Buffer): void {
    if (data.length > maxBytes) {
      throw new MilterProtocolError(
        'oversized-packet',
        `macros of ${data.length} bytes, ${maxBytes} are the most`,
      );
    }
    const command = commandOf(data.toString('latin1', 0, 1));
    if (command === undefined) {
      throw new MilterProtocolError('malformed-packet', 'macros for a command that is not known');
    }
    const strings = readStrings(data.subarray(1));
    const values = new Map<string, string>();
    for (let index = 0; index + 1 < strings.length; index += 2) {
      values.set(withoutBraces(strings[index] ?? ''), strings[index + 1] ?? '');
    }
    // A map keeps the place of a key that it has: deleted first, the newest command stands last.
    this.byCommand.delete(command);
    this.byCommand.set(command, values);
    this.announced.add(command);
  }

  /** The value that was sent last, whatever for. Names go without braces. */
  get(name: string): string | undefined {
    return [...this.byCommand.values()].findLast((values) => values.has(name))?.get(name);
  }

  /** What comes from now on announces another. */
  commandIsOver(): void {
    this.announced.clear();
  }

  /**
   * Those of the message that is over. What was sent for the `next` one, just before it, stays; what an earlier command of the
   * same kind had does not, or the user of one message would be that of another.
   */
  forgetMessage(next?: MilterCommand): void {
    for (const command of [...this.byCommand.keys()]) {
      const isOfNext = command === next && this.announced.has(command);
      if (!ofConnection.includes(command) && !isOfNext) this.byCommand.delete(command);
    }
  }

  forgetAll(): void {
    this.byCommand.clear();
  }
}

const withoutBraces = (name: string): string =>
  name.startsWith('{') && name.endsWith('}') ? name.slice(1, -1) : name;
