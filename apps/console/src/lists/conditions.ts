/** Conditions of a list's WHERE with their values, numbered as they are added. */
export class Conditions {
  private readonly parts: string[] = [];
  readonly values: unknown[] = [];

  /** `sql` holds `?` where the value goes (several times, when it is used so). Undefined and null add nothing. */
  add(sql: string, value: unknown): this {
    if (value === undefined || value === null) return this;
    this.values.push(value);
    this.parts.push(sql.replaceAll('?', `$${this.values.length}`));
    return this;
  }

  /** A condition over values that `place` numbered. */
  addPlaced(sql: string): this {
    this.parts.push(sql);
    return this;
  }

  /** For values that are not conditions, such as LIMIT. */
  place(value: unknown): string {
    this.values.push(value);
    return `$${this.values.length}`;
  }

  get where(): string {
    return this.parts.length === 0 ? '' : `WHERE ${this.parts.join(' AND ')}`;
  }
}

/** A pattern for ILIKE that finds `text` anywhere, with its own wildcards taken literally. */
export const containing = (text: string | undefined): string | undefined =>
  text === undefined || text === '' ? undefined : `%${text.replace(/[\\%_]/g, String.raw`\$&`)}%`;
