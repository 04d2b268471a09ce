import type { ByteReader } from './byte-reader.js';
import type { ClamdLimits } from './clamd-limits.js';

/**
 * How a command is written, and with that how its answer ends (clamd(8), "COMMANDS"; clamd's `get_cmd`):
 * `zPING\0`, `nPING\n`, or without a prefix, as clients of before 2009 and some of today have it.
 */
export type CommandForm = 'z' | 'n' | 'bare';

export type ReadCommand =
  | {
      readonly kind: 'command';
      readonly form: CommandForm;
      readonly name: string;
      /** What follows the name and a blank. */
      readonly argument: string;
    }
  /** The client is gone, or never said a word. */
  | { readonly kind: 'silent' }
  | { readonly kind: 'too-long' | 'timeout'; readonly form: CommandForm };

const terminators: Readonly<Record<CommandForm, number>> = { z: 0x00, n: 0x0a, bare: 0x0a };
export const terminatorOf = (form: CommandForm): string => (form === 'z' ? '\0' : '\n');

type ReadLimits = Pick<ClamdLimits, 'maxCommandBytes' | 'commandReadMs' | 'bareCommandMs'>;

/** The next command. `idleMs`: how long its first byte may take. */
export async function readCommand(
  reader: ByteReader,
  limits: ReadLimits,
  idleMs: number,
): Promise<ReadCommand> {
  if (reader.available.length === 0 && (await reader.more(idleMs)) !== 'bytes') return { kind: 'silent' };
  const form = formOf(reader.available);
  const deadlineMs = performance.now() + limits.commandReadMs;
  for (;;) {
    const end = reader.available.indexOf(terminators[form]);
    if (end > limits.maxCommandBytes || (end < 0 && reader.available.length > limits.maxCommandBytes))
      return { kind: 'too-long', form };
    if (end >= 0) return toCommand(form, reader.take(end + 1).subarray(0, end));
    const leftMs = deadlineMs - performance.now();
    const read = await reader.more(form === 'bare' ? Math.min(leftMs, limits.bareCommandMs) : leftMs);
    if (read === 'bytes') continue;
    // No terminator will come: one packet was the command.
    if (form === 'bare') return toCommand(form, reader.take(reader.available.length));
    return read === 'timeout' ? { kind: 'timeout', form } : { kind: 'silent' };
  }
}

/** No command's name begins with a small letter. */
function formOf(bytes: Buffer): CommandForm {
  const first = String.fromCharCode(bytes[0] ?? 0);
  return first === 'z' || first === 'n' ? first : 'bare';
}

function toCommand(form: CommandForm, bytes: Buffer): ReadCommand {
  const text = bytes
    .subarray(form === 'bare' ? 0 : 1)
    .toString('latin1')
    .replace(/[\r\n]+$/, '');
  const blank = text.indexOf(' ');
  return {
    kind: 'command',
    form,
    name: blank < 0 ? text : text.slice(0, blank),
    argument: blank < 0 ? '' : text.slice(blank + 1),
  };
}
