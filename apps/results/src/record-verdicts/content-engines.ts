import type { EngineRun, Verdict } from '@sluice/contracts';

/** The inspector opens and lists compare hashes: neither of them looks at content. */
const withoutContent = new Set(['inspector', 'hash-list']);

/** Engines that judge what an object holds: without one of them nothing is known of it. */
export const contentEnginesOf = ({ engines }: Pick<Verdict, 'engines'>): EngineRun[] =>
  engines.filter(({ engine }) => !withoutContent.has(engine));
