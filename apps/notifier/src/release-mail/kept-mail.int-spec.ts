import { describe, expect, it } from 'vitest';
import { addQuarantineKey } from '@sluice/object-store';
import { until } from '@sluice/timing';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { original, useMailReleases } from '../testing/use-mail-releases.js';

const on = useMailReleases();
const { ended, receive, release, rowOf, seal, start } = on;

describe('mail that an operator released', () => {
  it('is never sent when the stored bytes are others, or gone', async () => {
    await receive();
    start();
    const altered = await release({ sha256: 'a'.repeat(64) });
    const gone = await release({ object_key: 'f'.repeat(32) });
    expect(await ended(altered)).toMatchObject({
      state: 'refused',
      answers: [{ answer: 'the stored mail is not the one that was judged' }],
    });
    expect(await ended(gone)).toMatchObject({ answers: [{ answer: 'the mail is no longer kept' }] });
    expect(on.receiver.mails).toEqual([]);
  });

  it('arrives as it was when it is kept encrypted, and not at all when that was cut', async () => {
    await receive();
    const [id, cut] = [await release(), await release()];
    await seal(id);
    const file = await seal(cut);
    const sealed = await readFile(file);
    await writeFile(file, sealed.subarray(0, sealed.length - 20));
    start();
    expect(await ended(id)).toMatchObject({ state: 'delivered', attempts: 1 });
    expect(await ended(cut)).toMatchObject({
      state: 'refused',
      answers: [{ answer: 'the stored mail is not the one that was judged' }],
    });
    expect(on.receiver.mails.map(({ source }) => source)).toEqual([original]);
  });

  it('waits for a key that is not here, and says which', async () => {
    await receive();
    const { privatePems, publicPem, keyId } = addQuarantineKey();
    await writeFile(path.join(on.folder, 'later'), publicPem);
    const id = await release();
    await seal(id, 'later');
    start();
    const waiting = await until(async () => {
      const row = await rowOf(id);
      return row.attempts === 1 && row;
    });
    expect(waiting).toMatchObject({ state: 'waiting', answers: [{ outcome: 'later' }] });
    expect(waiting.answers[0]?.answer).toContain(keyId);
    const before = await readFile(path.join(on.folder, 'keys'), 'utf8');
    await writeFile(path.join(on.folder, 'keys'), privatePems + before);
    await on.fixture.rows('UPDATE ledger.releases SET due_at = clock_timestamp()');
    expect(await ended(id)).toMatchObject({ state: 'delivered' });
    expect(on.receiver.mails).toHaveLength(1);
  });
});
