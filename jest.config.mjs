/**
 * One configuration, projects told apart by the file's role:
 * `*.spec.ts` touches nothing outside the process, `*.int-spec.ts` one real thing,
 * `*.e2e-spec.ts` the whole topology. Libraries resolve to their sources, so no build is needed.
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
  projects: [
    {
      ...common,
      displayName: 'unit',
      testTimeout: 20_000,
      testMatch: ['**/*.spec.ts'],
      testPathIgnorePatterns: [...common.testPathIgnorePatterns, '/apps/console-web/'],
    },
    { ...pages, displayName: 'pages', testTimeout: 20_000, testMatch: ['**/*.spec.ts', '**/*.spec.tsx'] },
    // Deadlines against hanging, not expectations: real servers on a busy machine take their time.
    { ...common, displayName: 'integration', testMatch: ['**/*.int-spec.ts'], testTimeout: 60_000 },
    { ...common, displayName: 'e2e', testMatch: ['**/*.e2e-spec.ts'], testTimeout: 120_000 },
  ],
};
