/**
 * The milter protocol by its numbers. No one wrote it down as a standard: the sources are Sendmail's `mfdef.h` and `mfapi.h`
 * and the MTA's side of Postfix, `milter8.c`. A packet is `uint32 length | one byte command | length - 1 bytes`, big endian.
 */

/** What an MTA sends. */
export type MilterCommand =
  | 'abort'
  | 'body'
  | 'connect'
  | 'macros'
  | 'end-of-body'
  | 'helo'
  | 'quit-and-new-connection'
  | 'header'
  | 'mail'
  | 'end-of-headers'
  | 'negotiate'
  | 'quit'
  | 'recipient'
  | 'data'
  | 'unknown';

export const commandLetters: Readonly<Record<MilterCommand, string>> = {
  abort: 'A',
  body: 'B',
  connect: 'C',
  macros: 'D',
  'end-of-body': 'E',
  helo: 'H',
  'quit-and-new-connection': 'K',
  header: 'L',
  mail: 'M',
  'end-of-headers': 'N',
  negotiate: 'O',
  quit: 'Q',
  recipient: 'R',
  data: 'T',
  unknown: 'U',
};

const commands = new Map(
  (Object.entries(commandLetters) as [MilterCommand, string][]).map(([command, letter]) => [letter, command]),
);

/** Undefined for a letter that no version of the protocol has. */
export const commandOf = (letter: string): MilterCommand | undefined => commands.get(letter);

/** What a filter answers. `f` (connection failure) is missing on purpose: Postfix takes it for a broken filter. */
export const replyLetters = {
  'add-recipient': '+',
  'remove-recipient': '-',
  accept: 'a',
  'replace-body': 'b',
  continue: 'c',
  discard: 'd',
  'change-sender': 'e',
  'add-header': 'h',
  'insert-header': 'i',
  'change-header': 'm',
  progress: 'p',
  quarantine: 'q',
  reject: 'r',
  skip: 's',
  tempfail: 't',
  'reply-code': 'y',
} as const;

/** What a filter may do at the end of a message, `SMFIF_*`. */
export const actionBits = {
  'add-headers': 0x01,
  'change-body': 0x02,
  'add-recipients': 0x04,
  'remove-recipients': 0x08,
  'change-headers': 0x10,
  quarantine: 0x20,
  'change-sender': 0x40,
} as const;
export type MilterAction = keyof typeof actionBits;

/** `SMFIF_SETSYMLIST`: the filter may name the macros that it wants. */
export const macroListBit = 0x100;

/** `SMFIP_*`: steps left out, answers not awaited, forms of what is sent. */
export const stepBits = {
  noUnknown: 0x100,
  skip: 0x400,
  noReplyToHeader: 0x80,
  noReplyToConnect: 0x1000,
  noReplyToHelo: 0x2000,
  noReplyToMail: 0x4000,
  noReplyToRecipient: 0x8000,
  noReplyToData: 0x1_0000,
  noReplyToUnknown: 0x2_0000,
  noReplyToEndOfHeaders: 0x4_0000,
  noReplyToBody: 0x8_0000,
  leadingSpace: 0x10_0000,
} as const;

/**
 * Steps that each version knows. Bits 28 to 30 (`MDS_256K`, `MDS_1M`) stand in none: Sendmail and libmilter use them among
 * themselves, and a filter that echoes them is sent packets of sizes it did not ask for.
 */
export function stepsOfVersion(version: number): number {
  if (version >= 6) return 0x1f_ffff;
  if (version >= 4) return 0x3ff;
  return version === 3 ? 0x1ff : 0x7f;
}

export const oldestVersion = 2;
export const newestVersion = 6;

/** Stages whose macros a filter may choose; the numbers are `SMFIM_*`, in which the end of the message precedes that of the headers. */
export const macroStages = {
  connect: 0,
  helo: 1,
  mail: 2,
  recipient: 3,
  data: 4,
  'end-of-message': 5,
  'end-of-headers': 6,
} as const;
export type MacroStage = keyof typeof macroStages;

/** `MILTER_CHUNK_SIZE`: the most that both sides put into one packet of a body. */
export const bodyChunkBytes = 65_535;
