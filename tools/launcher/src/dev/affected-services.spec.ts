import { expect, it } from 'vitest';
import { affectedServices } from './affected-services.js';

it.each([
  ['the app itself', ['apps/gateway/src/main.ts'], ['gateway']],
  ['a library', ['libs/tls/src/index.ts'], ['gateway', 'scanner']],
  ['an app that is not watched', ['apps/console/src/main.ts'], []],
  ['one whose name begins alike', ['apps/scanner-two/src/main.ts'], []],
  ['the pages, which are served as built', ['apps/console-web/src/main.tsx'], []],
])('%s', (_what, changed, affected) =>
  expect(affectedServices(changed, ['gateway', 'scanner'])).toEqual(affected),
);
