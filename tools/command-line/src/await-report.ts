import { reportSchema, type Report } from '@sluice/contracts';
import { setTimeout as pause } from 'node:timers/promises';
import { CommandError } from './command.errors.js';
import { sendPinned, type PinnedServer } from './pinned-request.js';
import { refusal, sensorPath } from './submit-object.js';

const waitSeconds = 30;
const patienceMs = 120_000;

/** The report of a finished scan. Waiting in the queue has no limit; a system that doesn't answer has. */
export async function awaitReport(gateway: PinnedServer, scanId: string): Promise<Report> {
  let unansweredSinceMs: number | null = null;
  for (;;) {
    const answer = await sendPinned(gateway, {
      method: 'GET',
      path: `${sensorPath}/scans/${scanId}?wait=${waitSeconds}`,
      timeoutMs: (waitSeconds + 30) * 1000,
    });
    if (answer.status === 200) {
      unansweredSinceMs = null;
      const report = reportSchema.parse(JSON.parse(answer.text));
      if (report.state !== 'processing') return report;
      continue;
    }
    unansweredSinceMs ??= Date.now();
    const isPassing = answer.status === 503 || answer.status === 429;
    if (!isPassing || Date.now() - unansweredSinceMs > patienceMs) throw new CommandError(refusal(answer));
    await pause((answer.retryAfterSeconds ?? 1) * 1000);
  }
}
