import { beforeEach, describe, expect, it } from 'vitest';
import { FakeConsole } from '../../testing/fake-console/fake-console.js';
import { answerWith } from '../../testing/render-pages.js';
import { alertFilterKeys, type AlertFilter } from './alert.js';
import { changeMany, type ChangeProgress } from './change-many.js';

const nothingAsked = Object.fromEntries(alertFilterKeys.map((key) => [key, null])) as AlertFilter;

describe('changing all that fit a filter', () => {
  let fake: FakeConsole;
  beforeEach(() => {
    fake = new FakeConsole();
    answerWith(fake);
  });

  const run = (onProgress: (progress: ChangeProgress) => void, signal: AbortSignal) =>
    changeMany(
      { kind: 'fitting', filter: { ...nothingAsked, sort: 'oldest' }, throughId: 4200 },
      { state: 'closed' },
      { onProgress, signal },
    );

  it('leaves alone what arrived after it was counted, and tells how far it is', async () => {
    const looked: number[] = [];
    const end = await run((progress) => looked.push(progress.looked), new AbortController().signal);
    expect(looked).toEqual([30, 60, 70]);
    expect(end).toMatchObject({ looked: 70, isStopped: false });
    expect(fake.alerts.filter((one) => one.id > 4200 && one.state === 'closed').length).toBeLessThan(10);
    expect(fake.changes[0]?.body).toEqual({ state: 'closed', filter: {}, throughId: 4200 });
  });

  it('begins no further part once it is stopped', async () => {
    const controller = new AbortController();
    const end = await run(() => controller.abort(), controller.signal);
    expect(end).toMatchObject({ looked: 30, isStopped: true });
    expect(fake.changes).toHaveLength(1);
  });
});
