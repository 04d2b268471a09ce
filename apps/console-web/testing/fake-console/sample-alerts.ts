import { sampleRescan } from './sample-rescan.js';
import type { Quarantined } from '@sluice/console-api';
import type { AlertDisposition, AlertState, Importance, Technology } from '@sluice/contracts';
import { createSampler, sampleId, secondsAgo } from './sample-numbers.js';

const names = [
  { name: 'Win.Trojan.Emotet-9957-0', technology: 'am', engine: 'clamav', importance: 'high' },
  { name: 'Doc.Downloader.Macro-7713', technology: 'am', engine: 'clamav', importance: 'high' },
  { name: 'Eicar-Test-Signature', technology: 'am', engine: 'clamav', importance: 'high' },
  { name: 'suspicious_powershell_base64', technology: 'yara', engine: 'yara', importance: 'medium' },
  { name: 'hash-deny-list', technology: 'am', engine: 'hash-lists', importance: 'high' },
  { name: 'pdf_embedded_javascript', technology: 'yara', engine: 'yara', importance: 'low' },
] as const;
const files = [
  { file: 'invoice_2026-11.zip', type: 'application/zip', inside: ['invoice.pdf.exe'] },
  { file: 'Quarterly report.docm', type: 'application/zip', inside: ['word/vbaProject.bin'] },
  { file: 'setup.exe', type: 'application/x-dosexec', inside: [] },
  { file: 'scan0042.pdf', type: 'application/pdf', inside: [] },
  { file: 'invoice\u202efdp.exe', type: 'application/x-dosexec', inside: [] },
  { file: 'Bewerbung Müller.7z', type: 'application/x-7z-compressed', inside: ['Lebenslauf.js'] },
  { file: 'photos.tar.gz', type: 'application/gzip', inside: ['photos.tar', 'run.exe'] },
] as const;
const senders = ['billing@supplier.example', 'hr@partner.example', 'noreply@parcel.example'] as const;
const systems = [
  { sensorId: 'mx-berlin-1', systemName: null, source: 'mail' },
  { sensorId: 'nextcloud', systemName: 'Nextcloud', source: 'other' },
  { sensorId: 'fileserver-hq', systemName: 'File server, headquarters', source: 'other' },
] as const;

/** The same in every object that carries it. */
const hashes = createSampler(41);
const partHashes = Object.fromEntries(files.map(({ file }) => [file, hashes.hex(64)]));

/** Newest first, as the API lists them. */
export function sampleAlerts(count: number) {
  const sampler = createSampler(11);
  return Array.from({ length: count }, (_, index) => {
    const found = sampler.pick(names);
    const system = sampler.pick(systems);
    const { file, type, inside } = sampler.pick(files);
    const isMail = system.source === 'mail';
    const createdAt = secondsAgo(30 + index * 1740 + sampler.between(0, 600));
    const state: AlertState =
      index < 5 ? 'new' : sampler.pick(['new', 'in-process', 'closed', 'closed'] as const);
    const sender = sampler.pick(senders);
    return {
      id: 4210 - index,
      createdAt,
      importance: found.importance as Importance,
      state,
      disposition: (state === 'closed' ? 'false-positive' : null) as AlertDisposition | null,
      assignee: state === 'new' ? null : sampler.pick(['admin', 'm.weber', 'k.osei']),
      changedAt: state === 'new' ? null : createdAt,
      technologies: [found.technology] as Technology[],
      names: [found.name],
      detectionsTotal: 1,
      seenBefore: index % 4 === 1 ? 1 : 0,
      ...system,
      registrationId: sampleId(sampler),
      scanId: `scan-${index}`,
      sourceAddress: '10.20.4.17',
      object: {
        name: isMail ? 'message.eml' : file,
        type: isMail ? 'email' : 'file',
        size: sampler.between(4000, 9_000_000),
        sha256: sampler.hex(64),
        sha1: sampler.hex(40),
        md5: sampler.hex(32),
        detectedType: isMail ? 'message/rfc822' : type,
        isKept: true,
        keptUntil: secondsAgo(-29 * 86_400),
      },
      scan: {
        id: sampleId(sampler),
        scanId: `scan-${sampler.between(1000, 9999)}`,
        sensorInstanceId: null,
        sourceAddress: '10.20.4.17',
        isRemoved: false,
      },
      kept: null as Quarantined | null,
      times: {
        submitted: createdAt,
        started: new Date(Date.parse(createdAt) + 42).toISOString(),
        finished: new Date(Date.parse(createdAt) + 187).toISOString(),
      },
      detections: [
        {
          engine: found.engine,
          technology: found.technology,
          name: found.name,
          path: isMail ? [`attachment 1: ${file}`, ...inside] : [...inside],
          ...((isMail || inside.length > 0) && { sha256: partHashes[file] }),
        },
      ],
      engines: sampleEngineRuns(found.engine),
      notExamined:
        index % 4 === 1 ? [{ path: [file, 'private.docx'], engine: 'inspector', reason: 'encrypted' }] : [],
      notExaminedTotal: index % 4 === 1 ? 1 : 0,
      policyApplied: null,
      rescanned: index % 9 === 4 ? sampleRescan(index % 2 === 0 ? 'detect' : 'not detected') : null,
      reused: null,
      message: isMail
        ? {
            subject: 'Outstanding payment – please check the attached invoice',
            sender,
            recipients: ['m.weber@example.org', 'accounting@example.org'],
          }
        : null,
      mail: isMail
        ? {
            from: sender,
            to: ['m.weber@example.org', 'accounting@example.org'],
            headers: {
              from: sender,
              to: ['m.weber@example.org'],
              subject: 'Outstanding payment – please check the attached invoice',
              messageId: `<${sampler.hex(12)}@${sender.split('@')[1]}>`,
            },
            origin: {
              clientAddress: '198.51.100.7',
              clientName: `out.${sender.split('@')[1]}`,
              helo: `out.${sender.split('@')[1]}`,
              authenticatedUser: null,
              queueId: '4XyZ1a2b3c',
              messageId: null,
            },
          }
        : null,
      changes: [] as SampleChange[],
      sameObject:
        index % 4 === 1
          ? [{ id: 3988, createdAt: secondsAgo(9 * 86_400), sensorId: 'nextcloud', state: 'closed' }]
          : [],
    };
  });
}

/** What a list says of one: the card says more. */
export function toAlertRow(card: ReturnType<typeof sampleAlerts>[number]) {
  const onCardAlone = new Set([
    'scan',
    'kept',
    'times',
    'detections',
    'engines',
    'notExamined',
    'notExaminedTotal',
    'policyApplied',
    'reused',
    'mail',
    'changes',
    'sameObject',
  ]);
  const row = Object.fromEntries(Object.entries(card).filter(([name]) => !onCardAlone.has(name))) as Omit<
    typeof card,
    | 'scan'
    | 'kept'
    | 'times'
    | 'detections'
    | 'engines'
    | 'notExamined'
    | 'notExaminedTotal'
    | 'policyApplied'
    | 'reused'
    | 'mail'
    | 'changes'
    | 'sameObject'
  >;
  const { name, type, size, sha256 } = card.object;
  return { ...row, object: { name, type, size, sha256 } };
}

export interface SampleChange {
  at: string;
  operator: string;
  stateBefore: AlertState | null;
  stateAfter: AlertState | null;
  assigneeBefore: string | null;
  assigneeAfter: string | null;
  dispositionBefore: AlertDisposition | null;
  dispositionAfter: AlertDisposition | null;
  comment: string | null;
}

export function sampleEngineRuns(finder: string | null, isEncrypted = false) {
  return [
    { engine: 'clamav', technology: 'am', version: '1.4.3', durationMs: 96.2, days: 0.4 },
    { engine: 'yara', technology: 'yara', version: '1.20.0', durationMs: 21.7, days: 3 },
    { engine: 'hash-lists', technology: 'am', version: '1', durationMs: 0.4, days: 1 },
  ].map(({ days, ...run }) => ({
    ...run,
    signaturesAt: secondsAgo(days * 86_400),
    isTestSignatures: false,
    outcome:
      run.engine === finder ? 'infected' : isEncrypted && run.technology === 'am' ? 'unscannable' : 'clean',
    reason: isEncrypted && run.technology === 'am' ? 'encrypted' : null,
  }));
}
