import type { AlertCard, PastCause, Quarantined, Scan } from '@sluice/console-api';
import { describe, expect, it } from 'vitest';
import type { ListPage } from '../lists/list-page.js';
import type { AnswerTo, ListPathOf } from './route-of.js';

type Same<One, Other> =
  (<Any>() => Any extends One ? 1 : 2) extends <Any>() => Any extends Other ? 1 : 2 ? true : false;
type IsPageOf<Answer, Item> = Answer extends ListPage<Item> ? true : false;

/** A wrong line does not compile, in the step `types`. */
const held: {
  byId: Same<AnswerTo<'GET', `/api/alerts/${number}`>, AlertCard>;
  wordBeforeId: IsPageOf<AnswerTo<'GET', '/api/health/history'>, PastCause>;
  verb: Same<AnswerTo<'POST', `/api/scans/${string}/rescan`>, { id: string | number }>;
  nothing: Same<AnswerTo<'DELETE', `/api/tokens/${string}`>, undefined>;
  otherMethod: Same<AnswerTo<'DELETE', '/api/alerts'>, never>;
  noRoute: Same<AnswerTo<'GET', '/api/none'>, never>;
  anyText: Same<AnswerTo<'GET', string>, never>;
  scans: Same<ListPathOf<Scan>, '/api/scans'>;
  quarantine: Same<ListPathOf<Quarantined>, '/api/quarantine'>;
} = {
  byId: true,
  wordBeforeId: true,
  verb: true,
  nothing: true,
  otherMethod: true,
  noRoute: true,
  anyText: true,
  scans: true,
  quarantine: true,
};

describe('the type of an answer', () => {
  it('follows from method and path', () => expect(Object.values(held)).not.toContain(false));
});
