import type { Job } from '@sluice/contracts';
import type { EngineResult } from '../combine-outcomes/combine-outcomes.js';
import type { Examination } from '../examine-object/examine-object.service.js';

/** What one engine made of the object. */
export type Said = Pick<EngineResult, 'engine' | 'technology' | 'status' | 'outcome'>;

/** The examination of a small text without parts, of which each engine said one thing. */
export const examinationOf = ({ sha256 }: Job, said: readonly Said[]): Examination => ({
  kind: 'examined',
  shown: { parts: 0, bytes: 0, calls: 0 },
  object: {
    md5: '0'.repeat(32),
    sha1: '0'.repeat(40),
    sha256,
    detectedType: 'text/plain',
    mail: null,
  },
  results: said.map((one) => ({
    ...one,
    isContentEngine: true,
    detectionsTotal: 0,
    notExamined: [],
    notExaminedTotal: 0,
    notExaminedReasons: [],
    durationMs: 1,
  })),
});
