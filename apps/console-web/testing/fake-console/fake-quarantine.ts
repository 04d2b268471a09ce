import type { Quarantined } from '@sluice/console-api';
import type { FakeAnswer, FakeRequest } from './fake-answers.js';
import { samplePreview, sampleQuarantine } from './sample-quarantine.js';

/** What is kept: filtered by the words of the address, released at once, and gone when it is deleted. */
export class FakeQuarantine {
  items: readonly Quarantined[];

  constructor(isEmpty: boolean) {
    this.items = isEmpty ? [] : sampleQuarantine();
  }

  answer({ method, path, query, body }: FakeRequest, verb?: string): FakeAnswer | null {
    if (method === 'POST' && path.endsWith('/preview')) return { status: 200, body: samplePreview() };
    if (method === 'GET' && verb === undefined)
      return { status: 200, body: { items: this.items.filter((one) => fits(one, query)), nextCursor: null } };
    const ids = body['ids'] as string[];
    if (method !== 'POST' || (verb !== 'release' && verb !== 'refuse' && verb !== 'delete')) return null;
    const changed = ids.map((id) => ({ id, outcome: this.outcomeOf(id, verb) }));
    if (verb === 'delete') this.items = this.items.filter(({ id }) => !ids.includes(id));
    return { status: 200, body: { items: changed } };
  }

  private outcomeOf(id: string, verb: 'release' | 'refuse' | 'delete') {
    const item = this.items.find((one) => one.id === id);
    if (item === undefined) return 'not-found';
    if (verb === 'refuse' && item.hold?.state !== 'held') return 'not-held';
    return verb === 'release' && item.message === null ? 'not-mail' : 'done';
  }
}

function fits(item: Quarantined, query: URLSearchParams): boolean {
  const has = (key: string, text: string | null | undefined): boolean =>
    query.get(key) === null || (text ?? '').toLowerCase().includes(query.get(key)?.toLowerCase() ?? '');
  return (
    has('subject', item.message?.subject) &&
    has('sender', item.message?.sender) &&
    has('q', `${item.message?.subject ?? ''} ${item.object.name ?? ''}`) &&
    (query.get('state') === null || query.get('state') === item.state) &&
    (query.get('hold') === null || query.get('hold') === item.hold?.state)
  );
}
