/**
 * One configuration, projects told apart by the file's role:
 * `*.spec.ts` touches nothing outside the process, `*.int-spec.ts` one real thing,
 * `*.e2e-spec.ts` the whole topology, `*.proof-spec.ts` the whole topology for minutes. Libraries resolve to their sources, so no build is needed.
 */
const common = {
  rootDir: import.meta.dirname,
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': ['@swc/jest'] },
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  modulePathIgnorePatterns: ['/dist/', '/.sluice/', '/.nx/'],
  testPathIgnorePatterns: ['/node_modules/', '/dist/'],
  testEnvironmentOptions: { customExportConditions: ['sluice-source', 'node', 'node-addons'] },
};

/** The console's pages: the same roles of files, run with the page's globals of jsdom and without style sheets. */
const pages = {
  ...common,
  roots: ['<rootDir>/apps/console-web'],
  extensionsToTreatAsEsm: ['.ts', '.tsx'],
  transform: {
    '^.+\\.tsx?$': [
      '@swc/jest',
      {
        jsc: { parser: { syntax: 'typescript', tsx: true }, transform: { react: { runtime: 'automatic' } } },
      },
    ],
  },
  moduleNameMapper: {
    '\\.css$': '<rootDir>/apps/console-web/testing/no-styles.mjs',
    ...common.moduleNameMapper,
  },
  testEnvironment: '<rootDir>/apps/console-web/testing/page-environment.mjs',
  setupFilesAfterEnv: ['<rootDir>/apps/console-web/testing/clean-page.mjs'],
  testPathIgnorePatterns: ['/node_modules/', '/dist/'],
};

export default {
  coverageProvider: 'v8',
  // A deadline against hanging, not an expectation: real servers on a busy machine take their time.
  testTimeout: 120_000,
  testSequencer: '<rootDir>/tools/test/servers-first.mjs',
  projects: [
    {
      ...common,
      displayName: 'unit',
      testMatch: ['**/*.spec.ts'],
      testPathIgnorePatterns: [...common.testPathIgnorePatterns, '/apps/console-web/'],
    },
    { ...pages, displayName: 'pages', testMatch: ['**/*.spec.ts', '**/*.spec.tsx'] },
    { ...common, displayName: 'integration', testMatch: ['**/*.int-spec.ts'] },
    {
      ...common,
      displayName: 'e2e',
      testMatch: ['**/*.e2e-spec.ts'],
    },
    // Alone on the machine: they look how soon work goes on.
    { ...common, displayName: 'proofs', testMatch: ['**/*.proof-spec.ts'] },
  ],
};
