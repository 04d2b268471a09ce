import { afterAll, beforeAll, beforeEach } from 'vitest';
import { GroupFixture, GroupsInstance } from './group-fixture.js';
import { LedgerFixture } from './ledger-fixture.js';
import { ObjectFolder } from './object-folder.js';

export interface Groups {
  ledger: LedgerFixture;
  folder: ObjectFolder;
  groups: GroupFixture;
  results: GroupsInstance;
}

/** A ledger and a store of a suite's own, empty before each test, with an instance of `results` that looks after groups. */
export function useGroups(): Groups {
  const on = {} as Groups;
  beforeAll(async () => {
    [on.ledger, on.folder] = await Promise.all([LedgerFixture.create(), ObjectFolder.create()]);
  });
  afterAll(async () => {
    await on.ledger?.close();
    await on.folder?.remove();
  });
  beforeEach(async () => {
    await on.ledger.clear();
    await on.folder.clear();
    on.groups = new GroupFixture(on.ledger, on.folder, await on.ledger.addSystem());
    on.results = new GroupsInstance({ database: on.ledger.database, store: on.folder.store });
  });
  return on;
}
