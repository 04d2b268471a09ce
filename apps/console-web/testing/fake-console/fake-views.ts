import { ok, type FakeAnswer, type FakeRequest } from './fake-answers.js';

/** Searches of alerts that operators keep. */
export class FakeViews {
  private views: { id: string; name: string; query: string; owner: string; isShared: boolean }[] = [];

  answer({ method, body }: FakeRequest, id?: string): FakeAnswer {
    if (method === 'DELETE') {
      this.views = this.views.filter((view) => view.id !== id);
      return { status: 204 };
    }
    if (method === 'GET') return ok({ items: this.views, nextCursor: null });
    const view = {
      id: `view-${this.views.length}`,
      owner: 'admin',
      isShared: true,
      name: String(body['name']),
      query: String(body['query']),
    };
    this.views = [...this.views, view];
    return { status: 201, body: view };
  }
}
