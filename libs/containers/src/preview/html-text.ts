const tagStart = /<(\/?)([a-z][a-z0-9]{0,20})(?![a-z0-9])/iy;
/** Each is looked through to the end: with more of them it is no HTML. */
const maxUnclosedTags = 100;
const declaration = /<![a-z[]/iy;
const newLine =
  /^(?:address|article|blockquote|br|dd|div|dt|fieldset|form|h[1-6]|hr|li|ol|p|pre|section|table|td|th|title|tr|ul)$/;
/** No reader shows what is inside. */
const unseen = new Set(['script', 'style']);
const addresses: Readonly<Record<string, { readonly attribute: string; readonly what: string }>> = {
  a: { attribute: 'href', what: 'link' },
  area: { attribute: 'href', what: 'link' },
  form: { attribute: 'action', what: 'form' },
  img: { attribute: 'src', what: 'image' },
  iframe: { attribute: 'src', what: 'frame' },
};
const longestAddress = 500;

const named: Readonly<Record<string, string>> = {
  amp: '&',
  apos: "'",
  gt: '>',
  lt: '<',
  nbsp: ' ',
  quot: '"',
};
const entity = /&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,8}));/gi;

/**
 * What HTML says, for people who must not open it: text without tags, also text that a style would hide, and where links,
 * forms and pictures lead to.
 */
export function htmlText(html: string): string {
  const out: string[] = [];
  let unclosed = 0;
  for (let at = 0; at < html.length;) {
    const next = unclosed < maxUnclosedTags ? html.indexOf('<', at) : -1;
    const end = next < 0 ? html.length : next;
    out.push(decodeEntities(html.slice(at, end).replace(/\s+/g, ' ')));
    const markupEnd = next < 0 ? end : takeMarkup(html, end, out);
    if (markupEnd === null) {
      unclosed += 1;
      out.push('<');
    }
    at = markupEnd ?? end + 1;
  }
  return out
    .join('')
    .replace(/ {2,}/g, ' ')
    .replace(/ ?\n ?/g, '\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}

/** Where it goes on behind the tag or comment at `at`; null: there is none. */
function takeMarkup(html: string, at: number, out: string[]): number | null {
  // Readers disagree where a comment ends, and some show what is in it.
  if (html.startsWith('<!--', at)) {
    out.push('[comment] ');
    return at + '<!--'.length;
  }
  declaration.lastIndex = at;
  if (declaration.test(html)) return behind(html, '>', at + 2);
  tagStart.lastIndex = at;
  const [start, slash = '', written = ''] = tagStart.exec(html) ?? [];
  const end = start === undefined ? null : tagEnd(html, at + start.length);
  if (start === undefined || end === null) return null;
  const name = written.toLowerCase();
  if (newLine.test(name)) out.push('\n');
  if (slash !== '') return end;
  out.push(leadsTo(name, html.slice(at + start.length, end - 1)));
  if (!unseen.has(name)) return end;
  out.push(`[${name} left out]`);
  return behind(html, `</${name}`, end);
}

type TagPlace = 'tag' | 'between' | 'name' | 'behind-name' | 'behind-equals' | 'bare' | '"' | "'";

/**
 * Behind the `>` that ends the tag; null: there is none. As browsers read it (HTML, 13.2.5.8 to 13.2.5.39): a quote
 * opens a value behind `=` only, so that no other one can hide what follows.
 */
function tagEnd(html: string, from: number): number | null {
  let place: TagPlace = 'tag';
  for (let at = from; at < html.length; at += 1) {
    const char = html[at] as string;
    if (place === '"' || place === "'") {
      if (char === place) place = 'between';
    } else if (char === '>') return at + 1;
    else place = nextPlace(place, char);
  }
  return null;
}

function nextPlace(place: Exclude<TagPlace, '"' | "'">, char: string): TagPlace {
  const isBlank = /\s/.test(char);
  switch (place) {
    case 'tag':
      return isBlank || char === '/' ? 'between' : 'tag';
    case 'between':
      return isBlank || char === '/' ? 'between' : 'name';
    case 'name':
    case 'behind-name':
      if (char === '=') return 'behind-equals';
      if (char === '/') return 'between';
      return isBlank ? 'behind-name' : 'name';
    case 'behind-equals':
      if (isBlank) return place;
      return char === '"' || char === "'" ? char : 'bare';
    case 'bare':
      return isBlank ? 'between' : 'bare';
  }
}

function leadsTo(name: string, attributes: string): string {
  const leads = addresses[name];
  const target = leads === undefined ? null : attributeOf(attributes, leads.attribute);
  if (leads === undefined || target === null) return '';
  return `[${leads.what}: ${target.length > longestAddress ? `${target.slice(0, longestAddress)}…` : target}] `;
}

/** Behind the next occurrence, or at the end. A closing tag's own rest is read as text of no length up to its `>`. */
function behind(html: string, mark: string, from: number): number {
  const found = new RegExp(mark.replace(/[-/]/g, '\\$&'), 'gi');
  found.lastIndex = from;
  const match = found.exec(html);
  if (match === null) return html.length;
  if (mark.endsWith('>')) return match.index + mark.length;
  const close = html.indexOf('>', match.index);
  return close < 0 ? html.length : close + 1;
}

function attributeOf(attributes: string, name: string): string | null {
  const pattern = new RegExp(`(?:^|[\\s"'/])${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)'|([^\\s"'>]+))`, 'i');
  const [, double, single, bare] = pattern.exec(attributes) ?? [];
  const value = double ?? single ?? bare;
  return value === undefined ? null : decodeEntities(value).replace(/\s+/g, ' ').trim();
}

const decodeEntities = (text: string): string =>
  text.replace(entity, (written, decimal?: string, hex?: string, name?: string) => {
    if (name !== undefined) return named[name.toLowerCase()] ?? written;
    const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : written;
  });
