/** Of HTML those that an address or what is around it may be written with. */
const entities: Readonly<Record<string, string>> = {
  colon: ':',
  semi: ';',
  comma: ',',
  sol: '/',
  plus: '+',
  equals: '=',
  quot: '"',
  apos: "'",
  lt: '<',
  gt: '>',
  amp: '&',
  Tab: '\t',
  NewLine: '\n',
};

/** What they mean, of ASCII. */
export const withoutEntities = (text: string): string =>
  text.replace(
    /&(?:#(?:x([0-9a-f]{1,6})|(\d{1,7}));?|([A-Za-z]{2,7});)/gi,
    (whole, hex: string | undefined, digits: string | undefined, name: string | undefined) => {
      if (name !== undefined) return entities[name] ?? whole;
      const code = hex === undefined ? Number(digits) : Number.parseInt(hex, 16);
      return code < 128 ? String.fromCharCode(code) : whole;
    },
  );

const maxOwn = 4096;
const maxLevels = 4;
const declaration = /<!ENTITY\s{1,9}([\w.-]{1,64})\s{1,9}(?:"([^"<>]*)"|'([^'<>]*)')/g;

/** A few levels of them, and no more than twice the text: those that only multiply hold nothing. */
export function withoutOwnEntities(text: string): string {
  const own = new Map<string, string>();
  for (const [, name = '', double, single] of text.matchAll(declaration)) {
    if (own.size >= maxOwn) break;
    own.set(name, double ?? single ?? '');
  }
  if (own.size === 0) return text;
  let allowance = text.length + 65_536;
  let plain = text;
  for (let level = 0; level < maxLevels && allowance > 0; level += 1) {
    const before = plain;
    plain = before.replace(/&([\w.-]{1,64});/g, (whole, name: string) => {
      const value = own.get(name);
      if (value === undefined || value.length > allowance) return whole;
      allowance -= value.length;
      return value;
    });
    if (plain === before) break;
  }
  return plain;
}
