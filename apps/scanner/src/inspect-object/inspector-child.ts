import { loadArchiveLibrary, loadSevenZip } from '@sluice/containers';
import { serveTasks } from '@sluice/sandbox/child';
import { inspectObject } from './inspect-object.js';
import { makePartEngines } from './make-part-engines.js';
import { type InspectorAnswer, inspectorRequestSchema } from '../inspection/inspection.schema.js';
import { partEngineSourcesSchema } from '../inspection/part-engines.js';

/** The inside of an inspector process: opens objects and shows their parts to the engines for parts. */
await serveTasks(async (config) => {
  const engines = makePartEngines(partEngineSourcesSchema.parse(config));
  await Promise.all([loadArchiveLibrary(), loadSevenZip()]);
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
