import { MilterProtocolError } from './milter.errors.js';
import {
  actionBits,
  macroListBit,
  macroStages,
  newestVersion,
  oldestVersion,
  stepBits,
  stepsOfVersion,
  type MacroStage,
  type MilterAction,
} from './protocol.js';

export type MacroLists = Readonly<Partial<Record<MacroStage, readonly string[]>>>;

/** What the filter would like; it gets what the MTA has of it. */
export interface Wishes {
  readonly actions: readonly MilterAction[];
  readonly steps: number;
  readonly macros: MacroLists;
}

export interface Negotiated {
  readonly version: number;
  readonly actions: ReadonlySet<MilterAction>;
  readonly steps: number;
  /** The data of the answer. */
  readonly answer: Buffer;
}

const offerBytes = 12;

/**
 * Answers an MTA's offer: its version or ours, whichever is older, and of its actions and steps a subset. Postfix ends the
 * session with "request mask conflict" when a filter asks for more. What an MTA sends behind the twelve bytes is passed over.
 */
export function negotiate(offer: Buffer, wishes: Wishes): Negotiated {
  if (offer.length < offerBytes) {
    throw new MilterProtocolError('malformed-packet', `an offer of ${offer.length} bytes`);
  }
  const offeredVersion = offer.readUInt32BE(0);
  if (offeredVersion < oldestVersion) {
    throw new MilterProtocolError('unsupported-version', `version ${offeredVersion} of the protocol`);
  }
  const version = Math.min(offeredVersion, newestVersion);
  const offeredActions = offer.readUInt32BE(4);
  const actions = wishes.actions.filter((action) => (offeredActions & actionBits[action]) !== 0);
  const steps = wishes.steps & offer.readUInt32BE(8) & stepsOfVersion(version);
  const lists = (offeredActions & macroListBit) === 0 || version < 6 ? [] : encodeLists(wishes.macros);
  const head = Buffer.alloc(offerBytes);
  head.writeUInt32BE(version, 0);
  head.writeUInt32BE(
    actions.reduce((bits, action) => bits | actionBits[action], lists.length > 0 ? macroListBit : 0),
    4,
  );
  head.writeUInt32BE(steps, 8);
  return { version, actions: new Set(actions), steps, answer: Buffer.concat([head, ...lists]) };
}

function encodeLists(lists: MacroLists): Buffer[] {
  return (Object.entries(lists) as [MacroStage, readonly string[]][]).map(([stage, names]) => {
    const number = Buffer.alloc(4);
    number.writeUInt32BE(macroStages[stage]);
    return Buffer.concat([number, Buffer.from(`${names.map(inBraces).join(' ')}\0`, 'latin1')]);
  });
}

/** Sendmail writes names of one letter without braces. */
const inBraces = (name: string): string => (name.length === 1 ? name : `{${name}}`);

export const hasStep = (steps: number, step: keyof typeof stepBits): boolean =>
  (steps & stepBits[step]) !== 0;
