import { detectedNames, systemLabel, type AlertEvent } from './alert-event.schema.js';
import { defang, oneLine } from './display-text.js';
import type { Notice } from './notice.js';

const macroNames = [
  'importance',
  'detected',
  'technology',
  'object',
  'size',
  'sha256',
  'system',
  'type',
  'source',
  'sender',
  'recipients',
  'mail_subject',
  'alert_id',
  'time',
  'count',
] as const;
export type MacroName = (typeof macroNames)[number];
export const subjectMacros: readonly MacroName[] = macroNames;

export const defaultSubject = 'Sluice: %importance%, %detected% in %object%';
const maxSubjectCharacters = 200;
const maxValueCharacters = 80;
const macro = /%([a-z0-9_]+)%/gi;

/** Words between percent signs that are no macro; a subject with one is refused when a rule is saved. */
export function unknownMacros(subject: string): string[] {
  const names = [...subject.matchAll(macro)].map((match) => (match[1] ?? '').toLowerCase());
  return [...new Set(names)].filter((name) => !isMacro(name));
}

/**
 * Macros and nothing else: values are put in once, what they hold is not looked at again. The outcome is one line
 * without control characters, so that no value ends a mail header; no value is a link.
 */
export function expandSubject(subject: string, notice: Notice): string {
  const expanded = subject.replace(macro, (whole, name: string) => {
    const known = name.toLowerCase();
    return isMacro(known) ? defang(oneLine(valueOf(known, notice), maxValueCharacters)) : whole;
  });
  return oneLine(expanded, maxSubjectCharacters);
}

const isMacro = (name: string): name is MacroName => (macroNames as readonly string[]).includes(name);

function valueOf(name: MacroName, notice: Notice): string {
  switch (notice.kind) {
    case 'alert':
      return name === 'count' ? '1' : alertValue(name, notice.alert);
    case 'digest':
    case 'held-back':
      return name === 'count' ? String(notice.total) : listValue(name, notice.alerts);
    case 'operation':
    case 'test':
      return '';
  }
}

/** The values of several alerts, each once. */
function listValue(name: MacroName, alerts: readonly AlertEvent[]): string {
  const values = [...new Set(alerts.map((alert) => alertValue(name, alert)))].filter((value) => value !== '');
  const shown = values.slice(0, 3).join(', ');
  return values.length > 3 ? `${shown} and ${values.length - 3} more` : shown;
}

function alertValue(name: Exclude<MacroName, 'count'> | 'count', alert: AlertEvent): string {
  const values: Readonly<Record<MacroName, string>> = {
    importance: alert.importance,
    detected: detectedNames(alert).join(', '),
    technology: alert.technologies.join(', '),
    object: alert.objectName ?? 'an object without a name',
    size: String(alert.sizeBytes),
    sha256: alert.sha256,
    system: systemLabel(alert),
    type: alert.systemType,
    source: alert.sourceAddress,
    sender: alert.sender ?? '',
    recipients: alert.recipients.join(', '),
    mail_subject: alert.mailSubject ?? '',
    alert_id: String(alert.alertId),
    time: alert.createdAt,
    count: '1',
  };
  return values[name];
}
