import { type Importance, importances } from './states.js';

/** Why ClamAV could not examine something, where a name says that and nothing else. */
export const heuristicReasons = ['encrypted', 'limit-exceeded', 'damaged', 'unsupported'] as const;
export type HeuristicReason = (typeof heuristicReasons)[number];

/**
 * What a name means: a detection of this importance, a part that was not examined, or `information`, which is no reason
 * to hold an object.
 */
export const heuristicMeanings = [...importances, ...heuristicReasons, 'information'] as const;
export type HeuristicMeaning = Importance | HeuristicReason | 'information';

/**
 * ClamAV's names that are not, or not only, those of malware, by their beginning; the longest that fits counts. What is
 * not here and begins with `Heuristics.` is a detection of medium importance, everything else one of high importance.
 *
 * | names                                | what ClamAV says with it                                          | meaning        |
 * |--------------------------------------|-------------------------------------------------------------------|----------------|
 * | Heuristics.Encrypted.                | sealed with a password (AlertEncrypted)                           | encrypted      |
 * | Heuristics.Limits.Exceeded           | a limit cut it (AlertExceedsMax)                                  | limit-exceeded |
 * | Heuristics.XZ.DicSizeLimit           | the dictionary is larger than it takes: not unpacked              | limit-exceeded |
 * | Heuristics.PDF.ObfuscatedNameObject  | a usual name is written with #xx, as some writers of PDF do       | information    |
 * | Heuristics.OLE2.ContainsMacros       | a document has macros, of any kind (AlertOLE2Macros)              | low            |
 * | Heuristics.Broken.Executable         | headers of a program make no sense (AlertBrokenExecutables)       | low            |
 * | Heuristics.Broken.Media              | a picture is not as its format wants it (AlertBrokenMedia)        | low            |
 * | Heuristics.Structured.               | card and social security numbers (StructuredDataDetection)        | low            |
 * | Heuristics.Phishing.                 | a link shows another address than it leads to, or is cloaked      | medium         |
 * | Heuristics.Safebrowsing.             | an address of a list that is no longer made                       | medium         |
 * | Heuristics.Email.                    | a mail is made to be read in two ways                             | medium         |
 * | PUA.                                 | possibly unwanted (DetectPUA)                                     | low            |
 */
export const usualHeuristics: Readonly<Record<string, HeuristicMeaning>> = {
  'Heuristics.Encrypted.': 'encrypted',
  'Heuristics.Limits.Exceeded': 'limit-exceeded',
  'Heuristics.XZ.DicSizeLimit': 'limit-exceeded',
  'Heuristics.PDF.ObfuscatedNameObject': 'information',
  'Heuristics.OLE2.ContainsMacros': 'low',
  'Heuristics.Broken.Executable': 'low',
  'Heuristics.Broken.Media': 'low',
  'Heuristics.Structured.': 'low',
  'Heuristics.Phishing.': 'medium',
  'Heuristics.Safebrowsing.': 'medium',
  'Heuristics.Email.': 'medium',
  'Heuristics.': 'medium',
  'PUA.': 'low',
};

const maxEntries = 200;
export const maxHeuristicsText = 8192;

/** An operator may make more of what was not examined, never less: such an object would pass as clean. */
const fixedMeanings: readonly string[] = ['Heuristics.Encrypted.', 'Heuristics.Limits.Exceeded'];

/** The setting's text: `BEGINNING = MEANING`, one a line or between commas. A string says what is wrong with it. */
export function parseHeuristics(text: string): ReadonlyMap<string, HeuristicMeaning> | string {
  const entries = text
    .split(/[\n,]/)
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
  if (entries.length > maxEntries) return `has more than ${maxEntries} entries`;
  const table = new Map<string, HeuristicMeaning>();
  for (const entry of entries) {
    const [, beginning = '', word = ''] =
      /^((?:Heuristics|PUA)\.[\w.-]{0,200})\s*=\s*([a-z-]+)$/.exec(entry) ?? [];
    const meaning = heuristicMeanings.find((one) => one === word);
    if (meaning === undefined)
      return `“${entry.slice(0, 80)}” is not “Heuristics.NAME = ${heuristicMeanings.join(' | ')}”`;
    const isFixed = fixedMeanings.some((fixed) => beginning.startsWith(fixed) || fixed.startsWith(beginning));
    if (isFixed && meaning === 'information')
      return `“${beginning}” covers what was not examined, which cannot be information only`;
    table.set(beginning, meaning);
  }
  return table;
}

const usualTable = new Map(Object.entries(usualHeuristics));

/** Null: an ordinary name of malware. */
export function heuristicMeaning(
  name: string,
  changes: ReadonlyMap<string, HeuristicMeaning>,
): HeuristicMeaning | null {
  let [longest, meaning]: [string, HeuristicMeaning | null] = ['', null];
  // An operator's entry wins over one of the same length.
  for (const table of [usualTable, changes])
    for (const [beginning, means] of table)
      if (name.startsWith(beginning) && beginning.length >= longest.length)
        [longest, meaning] = [beginning, means];
  return meaning;
}
