import { loadArchiveLibrary } from '@sluice/containers';
import { serveTasks } from '@sluice/sandbox/child';
import { inspectObject } from './inspect-object.js';
import { makePartEngines } from './make-part-engines.js';
import { type InspectorAnswer, inspectorRequestSchema } from '../inspection/inspection.schema.js';
import { partEngineSourcesSchema } from '../inspection/part-engines.js';

/** The inside of an inspector process: opens objects and shows their parts to the engines for parts. */
await serveTasks(async (config) => {
  const engines = makePartEngines(partEngineSourcesSchema.parse(config));
  // 7-Zip is loaded by the first object that needs it: it takes 3.5 MiB, and few do.
  await loadArchiveLibrary();
  return async (given, content, give): Promise<InspectorAnswer> => {
    const request = inspectorRequestSchema.parse(given);
    switch (request.kind) {
      case 'self-test':
        return { kind: 'status', engines: [...engines.all.values()].map((engine) => engine.selfTest()) };
      case 'inspect':
        return inspectObject(content, engines, { ...request, give });
    }
  };
});
