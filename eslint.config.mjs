import nx from '@nx/eslint-plugin';
import prettier from 'eslint-config-prettier';
import tseslint from 'typescript-eslint';

/** Who may use whom (house rule: app → libs → contracts; adapters don't know each other). */
const boundaries = [
  // Foundations know nothing of the system and touch nothing outside the process.
  { sourceTag: 'type:foundation', onlyDependOnLibsWithTags: [] },
  { sourceTag: 'type:contracts', onlyDependOnLibsWithTags: [] },
  // Shapes that the console, its pages and the command line share; a channel and a rule have theirs where they are read too.
  { sourceTag: 'type:api', onlyDependOnLibsWithTags: ['type:contracts', 'shapes:notifications'] },
  { sourceTag: 'type:lib', onlyDependOnLibsWithTags: ['type:foundation', 'type:contracts'] },
  // Protocols of others, for any program: they know nothing of the system.
  { sourceTag: 'type:protocol', onlyDependOnLibsWithTags: ['type:foundation'] },
  // Servers and processes of one's own: for tools and tests, never in a service.
  { sourceTag: 'type:servers', onlyDependOnLibsWithTags: ['type:foundation', 'type:contracts'] },
  { sourceTag: 'type:engine', onlyDependOnLibsWithTags: ['type:foundation', 'type:contracts'] },
  {
    sourceTag: 'type:app',
    onlyDependOnLibsWithTags: [
      'type:foundation',
      'type:contracts',
      'type:api',
      'type:lib',
      'type:protocol',
      'type:engine',
    ],
  },
  {
    sourceTag: 'type:tool',
    onlyDependOnLibsWithTags: [
      'type:foundation',
      'type:contracts',
      'type:api',
      'type:lib',
      'type:protocol',
      'type:engine',
      'type:servers',
      'type:tool',
    ],
  },
];

/** Tests may bring up real servers with the launcher's pieces and prepare a database with the migrations. */
const testBoundaries = boundaries.map((row) => ({
  ...row,
  onlyDependOnLibsWithTags: [
    ...new Set([
      ...row.onlyDependOnLibsWithTags,
      'type:foundation',
      'type:contracts',
      'type:lib',
      'type:servers',
      'type:tool',
    ]),
  ],
}));

const nxBoundaries = (depConstraints) => [
  'error',
  { enforceBuildableLibDependency: false, allow: [], banTransitiveDependencies: false, depConstraints },
];

const onlyBrokerImportsAmqplib = {
  paths: [
    {
      name: 'amqplib',
      message: 'Only libs/broker talks AMQP; use @sluice/broker, or @sluice/rpc for requests.',
      allowTypeImports: true,
    },
  ],
};
/** Hostile bytes are opened inside the sandbox only (ADR 12). Outside it is looked at what they begin with. */
const insideSandbox = [
  {
    group: ['**/inspect-object/*'],
    message: 'Runs inside the sandbox. What both sides need stands in inspection/.',
  },
  {
    regex: '^@sluice/(containers|engine-(?!clamav$|hash-lists$)[^/]+|sandbox/child)$',
    message: 'Opens hostile bytes: inside the sandbox only. Outside: @sluice/containers/detection.',
  },
];
const openers = {
  group: ['**/open-*.js', '**/formats.js', '**/walk*.js'],
  message: 'Detection is used outside the sandbox too: it opens nothing.',
};
/** Entities are for what the console owns; the ledger is SQL (ADR 35). */
const onlyTheConsoleMaps = {
  group: ['typeorm', 'typeorm/*', '@nestjs/typeorm'],
  message: 'Only the console maps tables; elsewhere write SQL and read rows by a schema (readRows).',
};
/** The schemas that check requests use Node's own modules: a page takes their types, and of values the words alone. */
const onlyTypesInPages = {
  regex: '^@sluice/console-api(/requests)?$',
  message: 'Pages take types from it: import type.',
  allowTypeImports: true,
};
const frameworks = {
  group: ['@nestjs/*', 'typeorm', 'rxjs'],
  message: 'Engines and contracts import no framework.',
};

export default tseslint.config(
  {
    ignores: ['**/dist', '**/node_modules', '.nx', '**/.sluice', 'out-tsc', 'coverage', 'test-output'],
  },
  ...tseslint.configs.strict,
  prettier,
  {
    files: ['**/*.ts', '**/*.tsx'],
    plugins: { '@nx': nx },
    // Rules that ask for types are oxlint's: one program for them and for the compiler's own checks (.oxlintrc.json).
    languageOptions: { parserOptions: { experimentalDecorators: true, emitDecoratorMetadata: true } },
    rules: {
      '@nx/enforce-module-boundaries': nxBoundaries(boundaries),
      '@typescript-eslint/no-restricted-imports': [
        'error',
        { paths: onlyBrokerImportsAmqplib.paths, patterns: [onlyTheConsoleMaps] },
      ],
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', caughtErrorsIgnorePattern: '^_', ignoreRestSiblings: true },
      ],
      '@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
      '@typescript-eslint/no-extraneous-class': [
        'error',
        { allowWithDecorator: true, allowStaticOnly: true },
      ],
      '@typescript-eslint/no-non-null-assertion': 'error',
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportDefaultDeclaration', message: 'No default exports.' },
        { selector: 'TSEnumDeclaration', message: 'String unions, not enums.' },
        {
          selector: 'SpreadElement > ObjectExpression',
          message: 'A literal needs no spreading: write its properties where they stand.',
        },
      ],
      'max-depth': ['error', 4],
      eqeqeq: 'error',
    },
  },
  {
    files: ['libs/engines/**/*.ts', 'libs/contracts/**/*.ts', 'libs/console-api/**/*.ts'],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        { paths: onlyBrokerImportsAmqplib.paths, patterns: [frameworks] },
      ],
    },
  },
  {
    files: ['apps/console/src/**/*.ts'],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        { paths: onlyBrokerImportsAmqplib.paths, patterns: insideSandbox },
      ],
    },
  },
  {
    files: ['apps/console/src/quarantine/preview/preview-child.ts'],
    rules: { '@typescript-eslint/no-restricted-imports': ['error', onlyBrokerImportsAmqplib] },
  },
  {
    files: ['apps/console-web/src/**/*.{ts,tsx}'],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        { patterns: [onlyTypesInPages, onlyTheConsoleMaps] },
      ],
    },
  },
  {
    files: ['apps/scanner/src/**/*.ts'],
    ignores: ['apps/scanner/src/inspect-object/**'],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        { paths: onlyBrokerImportsAmqplib.paths, patterns: [...insideSandbox, onlyTheConsoleMaps] },
      ],
    },
  },
  {
    files: ['libs/containers/src/**/detect*.ts'],
    rules: { '@typescript-eslint/no-restricted-imports': ['error', { patterns: [openers] }] },
  },
  // The probe of a private broker signs in once.
  {
    files: ['libs/broker/**/*.ts', 'libs/private-servers/**/*.ts'],
    rules: { '@typescript-eslint/no-restricted-imports': 'off' },
  },
  {
    files: [
      '**/*.spec.ts',
      '**/*.spec.tsx',
      '**/*.int-spec.ts',
      '**/*.e2e-spec.ts',
      '**/*.proof-spec.ts',
      '**/testing/**/*.{ts,tsx}',
    ],
    rules: {
      '@nx/enforce-module-boundaries': nxBoundaries(testBoundaries),
      '@typescript-eslint/no-restricted-imports': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
);
