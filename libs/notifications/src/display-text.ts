import { cleanText } from '@sluice/contracts';

const bidirectionalAndInvisible =
  /[\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2064\u2066-\u206f\ufeff]/g;
const maxBytesPerCharacter = 4;

/** One line, without characters that reorder or hide text, at most `maxCharacters` (cut ones end in `…`). */
export function oneLine(text: string, maxCharacters = 256): string {
  const clean = cleanText(text, (maxCharacters + 1) * maxBytesPerCharacter)
    .replace(bidirectionalAndInvisible, '')
    .trim();
  const characters = [...clean];
  return characters.length <= maxCharacters ? clean : `${characters.slice(0, maxCharacters - 1).join('')}…`;
}

const address = /\b([a-z][a-z0-9+.-]{0,30}):\/\/([^\s/?#]+)/gi;
const worldWideWeb = /\bwww\.(?=\S)/gi;
/** A host name with something behind it that makes programs take it for a link. */
const hostWithPath = /\b((?:[a-z0-9-]+\.)+[a-z]{2,})(?=[/?#]\S|:\d)/gi;
/** Chat programs call people by these: `@all`, `<!channel>`, `<@U123>`. Mail addresses stay as they are. */
const mention = /(?<![\p{L}\p{N}._%+-])@(?=[\p{L}\p{N}_])/gu;
const commandBracket = /<(?=[!@#])/g;
const zeroWidthSpace = '\u200b';

/** No program makes a link of it, people still read it: `https://a.example/x` → `hxxps://a[.]example/x`. */
export function defang(text: string): string {
  return text
    .replace(address, (_all, scheme: string, host: string) => `${brokenScheme(scheme)}://${brokenHost(host)}`)
    .replace(worldWideWeb, 'www[.]')
    .replace(hostWithPath, (host) => brokenHost(host));
}

/** For people's eyes: one line, no links, no one is called. */
export function displayText(text: string, maxCharacters = 256): string {
  return defang(oneLine(text, maxCharacters))
    .replace(mention, `@${zeroWidthSpace}`)
    .replace(commandBracket, `<${zeroWidthSpace}`);
}

const brokenHost = (host: string): string => host.replace(/\./g, '[.]');
function brokenScheme(scheme: string): string {
  const known: Readonly<Record<string, string>> = { http: 'hxxp', https: 'hxxps', ftp: 'fxp', ftps: 'fxps' };
  return known[scheme.toLowerCase()] ?? `x-${scheme.toLowerCase()}`;
}
