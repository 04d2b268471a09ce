import { HashListEngine } from '@sluice/engine-hash-lists';
import { YaraEngine } from '@sluice/engine-yara';
import { loadArchiveLibrary, loadSevenZip } from '@sluice/containers';
import { serveTasks } from '@sluice/sandbox/child';
import { type PartEngines, inspectObject } from './inspect-object.js';
import {
  type InspectorAnswer,
  type InspectorConfig,
  inspectorConfigSchema,
  inspectorRequestSchema,
} from '../inspection/inspection.schema.js';

/** The inside of an inspector process: opens objects and shows their parts to YARA and the hash lists. */
await serveTasks(async (config) => {
  const engines = createEngines(inspectorConfigSchema.parse(config));
  await Promise.all([loadArchiveLibrary(), loadSevenZip()]);
  return async (given, content, give): Promise<InspectorAnswer> => {
    const request = inspectorRequestSchema.parse(given);
    switch (request.kind) {
      case 'self-test':
        return { kind: 'status', engines: statusOf(engines) };
      case 'inspect':
        return inspectObject(content, engines, { ...request, give });
    }
  };
});

function createEngines(config: InspectorConfig): PartEngines {
  const { rules, deny, allow } = config;
  const hasRules = rules.files.length > 0 || rules.problems.length > 0;
  const hasLists = deny !== null || allow !== null;
  return {
    yara: hasRules ? new YaraEngine(rules) : null,
    hashLists: hasLists ? new HashListEngine({ deny, allow }) : null,
  };
}

function statusOf(engines: PartEngines) {
  return [engines.hashLists, engines.yara]
    .filter((engine) => engine !== null)
    .map((engine) => engine.selfTest());
}
