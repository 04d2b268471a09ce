import { readFileSync } from 'node:fs';
import { BaseSequencer } from 'vitest/node';

/** What starts servers or processes of its own waits for them: the longest suites do, and one of them begun last leaves a core idle to the end. */
const startsSomething =
  /startPrivate\w+|startTestSystem|LostWorkFixture|useRestarts|usePrivateBroker|useRpc|useScannerSystem|createPool|StartedClamav|RealPostfix|startProofScanner|new Inspector\(|new Sandbox\(|\bspawn\(|openChromium/;

/** The order of Vitest, and within it first the suites that start something. */
export class ServersFirst extends BaseSequencer {
  async sort(files) {
    const inOrder = await super.sort(files);
    const isFirst = (file) => startsSomething.test(readFileSync(file.moduleId, 'utf8'));
    const first = inOrder.filter(isFirst);
    return [...first, ...inOrder.filter((file) => !first.includes(file))];
  }
}
