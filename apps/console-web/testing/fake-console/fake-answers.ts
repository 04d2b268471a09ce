export interface FakeRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: Record<string, unknown>;
}
export interface FakeAnswer {
  readonly status: number;
  readonly body?: unknown;
}

export const ok = (body: unknown): FakeAnswer => ({ status: 200, body });
export const problem = (status: number, error: string, message: string): FakeAnswer => ({
  status,
  body: { error, message },
});
export const refused = (fields: Record<string, string>): FakeAnswer => {
  const [[name, text] = ['', 'not valid']] = Object.entries(fields);
  const message = name === '' ? text : `${name}: ${text}`;
  return { status: 400, body: { error: 'BadRequest', message, ...(name !== '' && { fields }) } };
};

export function oneOf(items: readonly { id: string | number }[], id: string): FakeAnswer {
  const found = items.find((item) => String(item.id) === id);
  return found === undefined ? problem(404, 'NotFound', 'not found') : ok(found);
}

export function listed(items: readonly unknown[], query: URLSearchParams, most = 500): FakeAnswer {
  const limit = Math.min(most, Number(query.get('limit') ?? 50));
  const start = Number(query.get('cursor') ?? 0);
  const end = start + limit;
  return ok({ items: items.slice(start, end), nextCursor: end < items.length ? String(end) : null });
}
