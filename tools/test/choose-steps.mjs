/**
 * What `npm test -- …` means: names of steps, or patterns of spec files, or both. No file access: the caller lists specs.
 */

/**
 * In the order they run. `specs`: which spec files a step takes; `needs`: what has to have run before; `isLong`: only when it
 * is named, or a pattern matches one of its files.
 */
export const stepPlan = {
  graph: {},
  lint: { needs: ['graph'] },
  unused: {},
  format: {},
  types: {},
  build: {},
  services: { needs: ['build'] },
  // Programs that make what is scanned.
  samples: { needs: ['build'] },
  unit: { specs: (file) => /\.spec\.tsx?$/.test(file) },
  integration: {
    specs: (file) => file.endsWith('.int-spec.ts'),
    needs: ['build', 'services', 'samples'],
  },
  e2e: {
    specs: (file) => file.endsWith('.e2e-spec.ts'),
    needs: ['build', 'services'],
  },
  // `npm run proofs`: whole minutes each, so they are no part of a plain `npm test`.
  proofs: {
    specs: (file) => file.endsWith('.proof-spec.ts'),
    needs: ['build', 'services'],
    isLong: true,
  },
};

/**
 * @param {string[]} words after `npm test --`
 * @param {string[]} specs paths of all spec files, from the repository's root
 * @returns {{ kind: 'chosen', steps: string[], patterns: string[] } | { kind: 'nothing', why: string }}
 */
export function chooseSteps(words, specs) {
  const names = words.filter((word) => word in stepPlan);
  const patterns = words.filter((word) => !(word in stepPlan));
  const wrong = patterns.find((pattern) => compile(pattern) === null);
  if (wrong !== undefined) return { kind: 'nothing', why: `"${wrong}" is no regular expression.` };
  const idle = patterns.find((pattern) => !specs.some((file) => compile(pattern).test(file)));
  if (idle !== undefined)
    return { kind: 'nothing', why: `No spec file matches "${idle}", and there is no step of that name.` };
  const matching = specs.filter((file) => patterns.some((pattern) => compile(pattern).test(file)));
  const isWanted = (name) => {
    if (words.length === 0) return stepPlan[name].isLong !== true;
    if (names.length > 0) return names.includes(name);
    return stepPlan[name].specs !== undefined && matching.some(stepPlan[name].specs);
  };
  const wanted = Object.keys(stepPlan).filter(isWanted);
  const empty = wanted.find(
    (name) => patterns.length > 0 && stepPlan[name].specs && !matching.some(stepPlan[name].specs),
  );
  if (empty !== undefined)
    return { kind: 'nothing', why: `No spec file of ${empty} matches ${patterns.join(', ')}.` };
  return { kind: 'chosen', steps: withNeeds(wanted), patterns };
}

function withNeeds(names) {
  const all = new Set(names);
  for (const name of all) for (const need of stepPlan[name].needs ?? []) all.add(need);
  return Object.keys(stepPlan).filter((name) => all.has(name));
}

/** A regular expression, without regard to case. */
function compile(pattern) {
  try {
    return new RegExp(pattern, 'i');
  } catch {
    return null;
  }
}
