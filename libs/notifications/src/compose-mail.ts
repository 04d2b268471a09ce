import type { AlertEvent } from './alert-event.schema.js';
import { alertLine, describeAlert, displayTime, type Fact } from './describe-alert.js';
import { displayText } from './display-text.js';
import { defaultSubject, expandSubject } from './expand-macros.js';
import { mailPage } from './mail-page.js';
import { maxListedAlerts, noticeTime, type Notice } from './notice.js';
import type { OperationEvent } from './operation-event.schema.js';

/** A mail as it goes out. Nothing in it is taken from objects without being made safe first. */
export interface ComposedMail {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** What both forms of a mail say. Strings are safe to show as text; `mailPage` escapes them for HTML. */
export interface MailContent {
  readonly title: string;
  readonly lead: string;
  readonly importance: AlertEvent['importance'] | null;
  readonly facts: readonly Fact[];
  readonly items: readonly MailItem[];
  readonly link: { readonly label: string; readonly url: string } | null;
  readonly footer: string;
}
export interface MailItem {
  readonly importance: AlertEvent['importance'] | null;
  readonly text: string;
  readonly note: string;
  readonly url: string | null;
}

export interface ComposeOptions {
  /** The rule's subject with macros; null: the default one. */
  readonly subject: string | null;
  readonly ruleName: string | null;
  readonly consoleUrl: string;
}

export function composeMail(notice: Notice, options: ComposeOptions): ComposedMail {
  const content = contentOf(notice, options);
  return {
    subject: subjectOf(notice, options.subject),
    text: plainText(content),
    html: mailPage(content).text,
  };
}

function subjectOf(notice: Notice, subject: string | null): string {
  switch (notice.kind) {
    case 'alert':
      return expandSubject(subject ?? defaultSubject, notice);
    case 'digest':
      return expandSubject(subject ?? 'Sluice: %count% alerts, %detected%', notice);
    case 'held-back':
      return `Sluice: ${notice.total} alerts were held back`;
    case 'operation':
      return expandSubject(
        `Sluice: ${notice.event.problems[0]?.text ?? 'operation needs attention'}`,
        notice,
      );
    case 'test':
      return 'Sluice: test of a notification channel';
  }
}

function contentOf(notice: Notice, options: ComposeOptions): MailContent {
  const rule = options.ruleName === null ? '' : `, rule “${displayText(options.ruleName, 100)}”`;
  const base = {
    importance: null,
    facts: [],
    items: [],
    link: null,
    footer: `Sent by Sluice${rule}, ${displayTime(noticeTime(notice))}. Event ${notice.id}`,
  };
  const { consoleUrl } = options;
  switch (notice.kind) {
    case 'alert':
      return { ...base, ...alertContent(notice.alert, consoleUrl) };
    case 'digest':
      return {
        ...base,
        title: `${notice.total} alerts`,
        lead: 'Sluice detected something in these objects.',
        items: alertItems(notice.alerts, notice.total, consoleUrl),
        link: { label: 'Open the alerts', url: `${consoleUrl}/alerts` },
      };
    case 'held-back':
      return {
        ...base,
        title: `${notice.total} alerts were held back`,
        lead: `The rule tells at most ${notice.maxPerHour} an hour. These came on top; all of them are in the console.`,
        items: alertItems(notice.alerts, notice.total, consoleUrl),
        link: { label: 'Open the alerts', url: `${consoleUrl}/alerts` },
      };
    case 'operation':
      return {
        ...base,
        title: 'Operation needs attention',
        lead: 'Sluice noticed something about itself.',
        items: problemItems(notice.event),
        link: { label: 'Open system health', url: `${consoleUrl}/health` },
      };
    case 'test':
      return {
        ...base,
        title: 'This channel works',
        lead: `A test that ${displayText(notice.operator, 100)} sent from the console.`,
      };
  }
}

const alertContent = (alert: AlertEvent, consoleUrl: string) => ({
  title: alertLine(alert),
  lead: 'Sluice detected something in an object it was given.',
  importance: alert.importance,
  facts: describeAlert(alert),
  link: { label: `Open alert ${alert.alertId}`, url: `${consoleUrl}/alerts/${alert.alertId}` },
});

function problemItems({ problems, problemsTotal }: OperationEvent): MailItem[] {
  const rest = problemsTotal - problems.length;
  const texts = problems.map((problem) => displayText(problem.text, 512));
  return [...texts, ...(rest > 0 ? [`and ${rest} more`] : [])].map(plainItem);
}

const plainItem = (text: string): MailItem => ({ importance: null, text, note: '', url: null });

function alertItems(alerts: readonly AlertEvent[], total: number, consoleUrl: string): MailItem[] {
  const items = alerts.slice(0, maxListedAlerts).map((alert) => ({
    importance: alert.importance,
    text: alertLine(alert),
    note: `${displayTime(alert.createdAt)}, sent by ${displayText(alert.systemName ?? alert.sensorId, 80)}`,
    url: `${consoleUrl}/alerts/${alert.alertId}`,
  }));
  const rest = total - items.length;
  return rest > 0 ? [...items, plainItem(`and ${rest} more`)] : items;
}

function plainText(content: MailContent): string {
  const width = Math.max(0, ...content.facts.map((fact) => fact.label.length)) + 2;
  const facts = content.facts.flatMap((fact) =>
    fact.values.map((value, index) => `${(index === 0 ? `${fact.label}:` : '').padEnd(width)}${value}`),
  );
  const items = content.items.flatMap((item) => [
    `- ${item.importance === null ? '' : `[${item.importance}] `}${item.text}`,
    ...[item.note, item.url].filter((line) => line !== null && line !== '').map((line) => `  ${line}`),
  ]);
  const importance = content.importance === null ? [] : [`Importance: ${content.importance}`];
  const link = content.link === null ? [] : ['', `${content.link.label}: ${content.link.url}`];
  const blocks = [content.title, '', content.lead, ...importance, '', ...facts, ...items, ...link];
  return [...blocks, '', '-- ', content.footer, ''].join('\r\n');
}
