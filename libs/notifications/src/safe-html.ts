/** HTML that is safe to put into HTML; anything else is escaped. Made by `html` alone. */
export class SafeHtml {
  constructor(readonly text: string) {}
}

type HtmlValue = string | number | SafeHtml | readonly SafeHtml[];

/** Values are escaped, whatever they hold; nested `html` and lists of it are put in as they are. */
export function html(strings: TemplateStringsArray, ...values: readonly HtmlValue[]): SafeHtml {
  const parts = strings.map((part, index) => part + render(values[index] ?? ''));
  return new SafeHtml(parts.join(''));
}

function render(value: HtmlValue): string {
  if (value instanceof SafeHtml) return value.text;
  if (typeof value === 'object') return value.map((one) => one.text).join('');
  return escapeHtml(String(value));
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
export const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => entities[character] ?? '');
