import { transform } from '@swc/core';

/** TypeScript as the build compiles it: with decorators and their metadata, which Nest and TypeORM read. */
export function swcTransform() {
  return {
    name: 'sluice-swc',
    enforce: 'pre',
    async transform(code, id) {
      const [file] = id.split('?');
      if (!/\.tsx?$/.test(file) || file.includes('/node_modules/')) return null;
      const compiled = await transform(code, {
        filename: file,
        swcrc: false,
        configFile: false,
        sourceMaps: true,
        module: { type: 'es6' },
        jsc: {
          target: 'es2022',
          parser: { syntax: 'typescript', tsx: file.endsWith('x'), decorators: true, dynamicImport: true },
          transform: {
            legacyDecorator: true,
            decoratorMetadata: true,
            react: { runtime: 'automatic' },
          },
          keepClassNames: true,
        },
      });
      return { code: compiled.code, map: compiled.map };
    },
  };
}
