/**
 * One configuration, three projects told apart by the file's role:
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
  testPathIgnorePatterns: ['/node_modules/', '/dist/', '/apps/console-web/'],
  testEnvironmentOptions: { customExportConditions: ['sluice-source', 'node', 'node-addons'] },
};

export default {
  coverageProvider: 'v8',
  projects: [
    { ...common, displayName: 'unit', testMatch: ['**/*.spec.ts'] },
    { ...common, displayName: 'integration', testMatch: ['**/*.int-spec.ts'] },
    { ...common, displayName: 'e2e', testMatch: ['**/*.e2e-spec.ts'] },
  ],
};
