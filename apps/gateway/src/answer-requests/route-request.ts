import { softwareVersion } from '@sluice/runtime';
import type { AcceptedCaller, CallerRegistry } from '../authorise-callers/authorise-caller.js';
import type { DeleteScans } from '../delete-scans/delete-scans.controller.js';
import type { HoldMail } from '../hold-mail/hold-mail.controller.js';
import type { RouteName } from '../gateway-metrics.js';
import type { ListDetects } from '../list-detects/list-detects.controller.js';
import type { ListStates } from '../list-states/list-states.controller.js';
import type { ReadReport } from '../read-report/read-report.controller.js';
import type { SubmitScan } from '../submit-scan/submit-scan.controller.js';
import { json, refuse } from './answer.js';
import type { Answer } from './answer.js';
import type { Exchange } from './exchange.js';
import { decodeSegment } from './request-target.js';

export interface RouteParts {
  readonly registry: CallerRegistry;
  readonly submitScan: SubmitScan;
  readonly listStates: ListStates;
  readonly readReport: ReadReport;
  readonly deleteScans: DeleteScans;
  readonly holdMail: HoldMail;
  readonly listDetects: ListDetects;
}

export interface Route {
  readonly name: RouteName;
  readonly answer: (exchange: Exchange, caller: AcceptedCaller) => Promise<Answer | 'streamed'>;
}

const unknownPath = refuse('not-found', 'there is nothing at this path for this method');
const scanPath = /^\/scans\/([^/]+)$/s;
const holdPath = /^\/scans\/([^/]+)\/hold$/s;

/** Method and path below the sensorId → what answers it. A wrong method on a known path is as unknown as the path. */
export function createRoutes(parts: RouteParts): (method: string, path: string) => Route {
  const fixed: Readonly<Record<string, Route>> = {
    'POST /scans': {
      name: 'submit',
      answer: (exchange, caller) => parts.submitScan.answer(exchange, caller),
    },
    'DELETE /scans': {
      name: 'delete-all',
      answer: (exchange, caller) => parts.deleteScans.answerAll(exchange, caller),
    },
    'GET /scans/state': {
      name: 'states',
      answer: (exchange, caller) => parts.listStates.answer(exchange, caller),
    },
    'GET /scans/filters': {
      name: 'filters',
      answer: async (_exchange, { mailPolicy, clamdPolicy }) =>
        json({
          maxObjectSize: parts.registry.settings.maxObjectSize,
          version: softwareVersion,
          ...(mailPolicy && { mailPolicy }),
          ...(clamdPolicy && { clamdPolicy }),
        }),
    },
    'GET /detects': {
      name: 'detects',
      answer: (exchange, caller) => parts.listDetects.answer(exchange, caller),
    },
  };
  return (method, path) => fixed[`${method} ${path}`] ?? routeToScan(parts, method, path);
}

function routeToScan(parts: RouteParts, method: string, path: string): Route {
  const heldId = decodeSegment(holdPath.exec(path)?.[1] ?? '') ?? '';
  if (heldId !== '' && method === 'POST')
    return { name: 'hold', answer: (_exchange, caller) => parts.holdMail.answer(caller, heldId) };
  const scanId = decodeSegment(scanPath.exec(path)?.[1] ?? '') ?? '';
  if (scanId !== '' && method === 'GET')
    return {
      name: 'report',
      answer: (exchange, caller) => parts.readReport.answer(exchange, caller, scanId),
    };
  if (scanId !== '' && method === 'DELETE')
    return {
      name: 'delete',
      answer: (exchange, caller) => parts.deleteScans.answerOne(exchange, caller, scanId),
    };
  return { name: 'unknown', answer: async () => unknownPath };
}
