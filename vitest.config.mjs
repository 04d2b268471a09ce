import path from 'node:path';
import { defineConfig } from 'vitest/config';
import { ServersFirst } from './tools/test/servers-first.mjs';
import { swcTransform } from './tools/test/swc-transform.mjs';

const root = import.meta.dirname;
const ignored = ['**/node_modules/**', '**/dist/**', '**/.sluice/**', '**/.nx/**', '**/out-tsc/**'];
// Libraries resolve to their sources, so no build is needed.
const conditions = ['sluice-source', 'node'];

/** One kind of file. Files of a worker share its modules: loading them anew for each file cost more than most of the specs. */
function project(name, include, { maxWorkers, test = {} }) {
  return {
    plugins: [swcTransform()],
    oxc: false,
    resolve: { conditions },
    ssr: { resolve: { conditions, externalConditions: conditions } },
    test: {
      name,
      root,
      include,
      exclude: ignored,
      pool: 'forks',
      isolate: false,
      maxWorkers,
      // A deadline against hanging, not an expectation: real servers on a busy machine take their time.
      testTimeout: 300_000,
      hookTimeout: 300_000,
      teardownTimeout: 30_000,
      ...test,
    },
  };
}

/**
 * Projects told apart by the file's role: `*.spec.ts` touches nothing outside the process, `*.int-spec.ts` one real thing,
 * `*.e2e-spec.ts` the whole topology, `*.proof-spec.ts` the whole topology for minutes.
 */
export default defineConfig({
  test: {
    sequence: { sequencer: ServersFirst },
    projects: [
      project('unit', ['**/*.spec.ts'], {
        maxWorkers: 2,
        test: { exclude: [...ignored, 'apps/console-web/**'] },
      }),
      // The console's pages: the same roles of files, run with the globals of a page and without style sheets.
      project('pages', ['apps/console-web/**/*.spec.{ts,tsx}'], {
        maxWorkers: 2,
        test: {
          environment: path.join(root, 'apps/console-web/testing/page-environment.mjs'),
          setupFiles: [path.join(root, 'apps/console-web/testing/clean-page.mjs')],
        },
      }),
      // These wait for servers more than they compute.
      project('integration', ['**/*.int-spec.ts'], { maxWorkers: 4 }),
      project('e2e', ['**/*.e2e-spec.ts'], { maxWorkers: 4 }),
      // Alone on the machine: they look how soon work goes on.
      project('proofs', ['**/*.proof-spec.ts'], { maxWorkers: 1 }),
    ],
  },
});
