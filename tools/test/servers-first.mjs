import { readFileSync } from 'node:fs';
import Sequencer from '@jest/test-sequencer';

/** What starts servers or processes of its own waits for them: the longest suites do, and one of them begun last leaves a core idle to the end. */
const startsSomething =
  /startPrivate\w+|RealPostfix|startProofScanner|new Inspector\(|new Sandbox\(|\bspawn\(|launchBrowser/;

/** The order of Jest, and within it first the suites that start something. */
export default class ServersFirst extends Sequencer {
  async sort(tests) {
    const inOrder = await super.sort(tests);
    const isFirst = new Map(
      inOrder.map((test) => [test, startsSomething.test(readFileSync(test.path, 'utf8'))]),
    );
    return [...inOrder.filter((test) => isFirst.get(test)), ...inOrder.filter((test) => !isFirst.get(test))];
  }
}
