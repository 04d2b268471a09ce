import type { AlertSearch } from '@sluice/console-api';
import { requestFaults } from '@sluice/console-api/requests';
import { parseFingerprint, type OperatorRole } from '@sluice/contracts';
import { FakeAccess } from './fake-access.js';
import { changedAlert, fitsAlert, groupAlerts, isAsSeen, type SampleAlert } from './fake-alerts.js';
import { listed, ok, oneOf, problem, refused, type FakeAnswer, type FakeRequest } from './fake-answers.js';
import { changedSystem } from './fake-systems.js';
import { sampleAudit, sampleSettings, sampleVerification } from './sample-access.js';
import { FakeQuarantine } from './fake-quarantine.js';
import { keptAlert, keptOf } from './sample-quarantine.js';
import { FakeNotifications } from './fake-notifications.js';
import { FakeSession, type SessionOptions } from './fake-session.js';
import { FakeViews } from './fake-views.js';
import { sampleAlerts, toAlertRow } from './sample-alerts.js';
import { sampleHealth, sampleHistory, sampleServer } from './sample-health.js';
import { sampleFailedJobs, sampleScans } from './sample-scans.js';
import { sampleStatistics } from './sample-statistics.js';
import { sampleLoad, sampleSystemStatistics, sampleTopSystems } from './sample-load.js';
import { sampleRegistered, sampleSystems } from './sample-systems.js';

export interface FakeOptions extends SessionOptions {
  readonly isEmpty?: boolean;
  readonly isTroubled?: boolean;
  /** Whoever is signed in stays so; what they ask for fails. */
  readonly isFailing?: boolean;
  /** Most rows of one answer. Finding things by their role in a long table is what specs spend their time on. */
  readonly pageSize?: number;
}

/**
 * Answers as the console's API does, from memory, for specs and screenshots. What the API means is tested against the
 * real one in the end-to-end specs.
 */
export class FakeConsole {
  private readonly session: FakeSession;
  private readonly views = new FakeViews();
  isTroubled: boolean;
  isFailing: boolean;
  private readonly pageSize: number | undefined;
  systems;
  alerts;
  scans;
  failedJobs;
  readonly quarantine;
  readonly notifications;
  settings = sampleSettings(['heavyObjectBytes']);
  readonly access = new FakeAccess();
  audit = sampleAudit();
  alertSearch: AlertSearch = { isComplete: true, fewestCharacters: 3, problem: null };
  /** Every change that was asked for, as `METHOD path`. */
  readonly changes: { readonly call: string; readonly body: Record<string, unknown> }[] = [];

  constructor(options: FakeOptions = {}) {
    this.session = new FakeSession(options);
    this.isTroubled = options.isTroubled ?? false;
    this.isFailing = options.isFailing ?? false;
    this.pageSize = options.pageSize;
    const isEmpty = options.isEmpty ?? false;
    this.systems = isEmpty ? [] : sampleSystems();
    const ofMail = this.systems.find((one) => one.sensorId === 'mx-berlin-1')?.registrationId ?? null;
    const registered = <Item extends { sensorId: string; registrationId: string }>(item: Item): Item =>
      item.sensorId === 'mx-berlin-1' && ofMail !== null ? { ...item, registrationId: ofMail } : item;
    this.alerts = isEmpty ? [] : sampleAlerts(80).map(registered);
    this.scans = isEmpty ? [] : sampleScans(60).map(registered);
    this.failedJobs = isEmpty ? [] : sampleFailedJobs();
    this.quarantine = new FakeQuarantine(isEmpty);
    const system = this.systems.find((one) => one.sensorId === 'fileserver-hq');
    this.notifications = new FakeNotifications(isEmpty, system?.registrationId ?? '');
  }

  get role(): OperatorRole {
    return this.session.role;
  }

  get canReadMail(): boolean {
    return this.session.canReadMail;
  }

  get isSignedIn(): boolean {
    return this.session.isSignedIn;
  }

  set isSignedIn(isSignedIn: boolean) {
    this.session.isSignedIn = isSignedIn;
  }

  get live() {
    return {
      registryRevision: this.changes.length + 1,
      pendingRequests: this.systems.filter((one) => one.state === 'pending').length,
      newAlerts: this.alerts.filter((one) => one.state === 'new').length,
      failedJobs: this.failedJobs.length,
      lastAlertId: this.alerts[0]?.id ?? 0,
      problems: this.isTroubled ? { '/health': 1, '/scans': 1, '/notifications/channels': 1 } : {},
    };
  }

  answer(request: FakeRequest): FakeAnswer {
    const { method, path, body } = request;
    const ofSession = this.session.answer(request);
    if (ofSession !== null) return ofSession;
    if (this.isFailing) return problem(500, 'InternalError', 'the database does not answer');
    if (method !== 'GET') this.changes.push({ call: `${method} ${path}`, body });
    // As the real one does, by the same schemas: what a page sends wrongly is seen in its specs.
    const fields = requestFaults({ method, path, query: Object.fromEntries(request.query), body });
    if (fields !== null) return refused(fields);
    const parts = path.split('/').slice(2);
    return this.resource(request, parts) ?? problem(404, 'NotFound', 'no such path');
  }

  private resource(request: FakeRequest, parts: string[]): FakeAnswer | null {
    const [name = '', id, verb] = parts;
    const { query } = request;
    switch (name) {
      case 'server':
        return ok(sampleServer());
      case 'external-systems':
        return this.systemsResource(request, id, verb);
      case 'settings':
        return this.settingsResource(request);
      case 'alerts':
        return this.alertsResource(request, id);
      case 'alert-groups':
        return ok(
          groupAlerts(
            this.alerts.filter((alert) => fitsAlert(alert, query)),
            query.get('by') ?? '',
          ),
        );
      case 'alert-search':
        return ok(this.alertSearch);
      case 'alert-count':
        return this.countAlerts(query);
      case 'alert-views':
        return this.views.answer(request, id);
      case 'scans':
        return id === undefined
          ? listed(this.scans, query)
          : oneOf(
              this.scans.map((scan) => ({ ...scan, kept: keptOf(scan) })),
              id,
            );
      case 'quarantine':
        return this.quarantine.answer(request, id);
      case 'failed-jobs':
        return this.failedJobsResource(request, id, verb);
      case 'health':
        return ok(
          id === 'history'
            ? sampleHistory(this.isTroubled)
            : sampleHealth(this.isTroubled, this.scans.length === 0),
        );
      case 'statistics':
        return ok(this.statistics(id, Number(query.get('stepSeconds') ?? 60)));
      case 'operators':
      case 'tokens':
        return this.access.answer(request, parts);
      case 'audit':
        return id === 'verification' ? ok(sampleVerification()) : this.auditEntries(query);
      default:
        return this.notifications.answer(request, parts);
    }
  }

  private auditEntries(query: URLSearchParams): FakeAnswer {
    const action = query.get('action');
    const isAsked = (one: string) => action === null || one === action || one.startsWith(`${action}.`);
    return listed(
      this.audit.filter((entry) => isAsked(entry.action)),
      query,
    );
  }

  private failedJobsResource({ query }: FakeRequest, id?: string, verb?: string): FakeAnswer {
    if (id === undefined) {
      // By the last id, as the real one does: what is retried meanwhile moves no other.
      const before = Number(query.get('cursor') ?? Number.POSITIVE_INFINITY);
      const jobs = this.failedJobs.filter((job) => job.id < before);
      const items = jobs.slice(0, Math.min(Number(query.get('limit') ?? 50), this.pageSize ?? 500));
      return ok({ items, nextCursor: items.length < jobs.length ? String(items.at(-1)?.id) : null });
    }
    if (verb !== 'retry') return oneOf(this.failedJobs, id);
    this.failedJobs = this.failedJobs.filter((job) => String(job.id) !== id);
    return { status: 202, body: { id: Number(id) } };
  }

  private statistics(of: string | undefined, stepSeconds: number) {
    const steps = this.alerts.length === 0 ? 0 : stepSeconds === 7200 ? 84 : 60;
    if (of === 'load') return sampleLoad(steps, this.isTroubled, stepSeconds);
    return of === 'systems' ? sampleTopSystems(this.systems) : sampleStatistics(steps, stepSeconds);
  }

  private systemsResource({ method, query, body }: FakeRequest, id?: string, verb?: string): FakeAnswer {
    if (id === undefined && method === 'POST') return this.registerSystem(body);
    if (id === undefined) return listed(this.systems, query);
    const system = this.systems.find((candidate) => candidate.id === id);
    if (system === undefined) return problem(404, 'NotFound', 'no such external system');
    if (verb === 'statistics') return ok(sampleSystemStatistics());
    if (method === 'DELETE') {
      this.systems = this.systems.filter((candidate) => candidate.id !== id);
      return { status: 204 };
    }
    const changed = changedSystem(system, body, verb);
    this.systems = this.systems.map((candidate) => (candidate.id === id ? changed : candidate));
    return ok(changed);
  }

  private registerSystem(body: Record<string, unknown>): FakeAnswer {
    const isKnown = this.systems.some(
      (one) =>
        one.sensorId === body['sensorId'] &&
        parseFingerprint(one.certificateFingerprint) ===
          parseFingerprint(String(body['certificateFingerprint'])),
    );
    if (isKnown) return problem(409, 'Conflict', 'this ID with this certificate is in the list already');
    const system = sampleRegistered(body as Partial<(typeof this.systems)[number]>);
    this.systems = [system, ...this.systems];
    return { status: 201, body: system };
  }

  private settingsResource({ method, body }: FakeRequest): FakeAnswer {
    if (method === 'PATCH')
      this.settings = Object.fromEntries(
        Object.entries(this.settings).map(([key, setting]) => [
          key,
          key in body ? { ...setting, value: body[key] } : setting,
        ]),
      ) as typeof this.settings;
    return ok(this.settings);
  }

  private alertsResource({ method, query, body }: FakeRequest, id?: string): FakeAnswer {
    if (id === undefined && method === 'PATCH') return this.changeAlerts(body);
    if (id === undefined)
      return listed(
        this.alerts.filter((alert) => fitsAlert(alert, query)).map(toAlertRow),
        query,
        this.pageSize,
      );
    const found = this.alerts.find((alert) => String(alert.id) === id);
    if (found === undefined) return problem(404, 'NotFound', 'no such alert');
    if (method !== 'PATCH') return ok({ ...found, kept: keptAlert(found) });
    if (!isAsSeen(found, body))
      return problem(409, 'Conflict', 'that is not possible in its present state; look at it again');
    return ok(this.changeAlert(found, body));
  }

  private countAlerts(query: URLSearchParams): FakeAnswer {
    const count = this.alerts.filter((alert) => fitsAlert(alert, query)).length;
    return ok({ count, isMore: false, newestId: this.alerts[0]?.id ?? 0 });
  }

  /** In parts of 30, so that there are several. */
  private changeAlerts(body: Record<string, unknown>): FakeAnswer {
    const ids = body['ids'] as number[] | undefined;
    const filter = new URLSearchParams((body['filter'] as Record<string, string> | undefined) ?? {});
    const throughId = Number(body['throughId'] ?? 0);
    const before = Number(body['cursor'] ?? Number.POSITIVE_INFINITY);
    const asked = this.alerts.filter((alert) =>
      ids === undefined
        ? fitsAlert(alert, filter) && alert.id <= throughId && alert.id < before
        : ids.includes(alert.id),
    );
    const part = ids === undefined ? asked.slice(0, 30) : asked;
    const meant = part.filter((alert) => isAsSeen(alert, body));
    const changed = meant.filter((alert) => 'state' in body && alert.state !== body['state']).length;
    for (const alert of meant) this.changeAlert(alert, body);
    const nextCursor = part.length < asked.length ? String(part.at(-1)?.id) : null;
    return ok({ changed, left: part.length - meant.length, looked: part.length, nextCursor });
  }

  private changeAlert(found: SampleAlert, body: Record<string, unknown>): SampleAlert {
    const changed = changedAlert(found, body);
    this.alerts = this.alerts.map((alert) => (alert.id === found.id ? changed : alert));
    return changed;
  }
}
