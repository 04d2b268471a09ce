import {
  importances,
  technologies,
  type Detection,
  type Importance,
  type Technology,
} from '@sluice/contracts';

/**
 * How much a detection matters. The alert takes the highest of its detections.
 *
 * | technology                  | name                   | importance |
 * |-----------------------------|------------------------|------------|
 * | am (antivirus, hash lists)  | PUA.*                  | low        |
 * | am                          | Heuristics.*, Policy.* | medium     |
 * | am                          | anything else          | high       |
 * | sb (sandbox)                | any                    | high       |
 * | yara, ids, url_reputation   | any                    | medium     |
 *
 * A detection that says its importance itself, by the scanner's settings, has that one. `PUA.` (possibly unwanted) and
 * `Heuristics.` are the prefixes of ClamAV's signature names, `Policy.` is that of what a system's policy makes of an
 * object that was not examined.
 */
export function rateImportance(detections: readonly Detection[]): Importance {
  const ranks = detections.map((detection) => importances.indexOf(importanceOf(detection)));
  // A detection without a list of names is one all the same: no one should miss it.
  return ranks.length === 0 ? 'high' : (importances[Math.min(...ranks)] ?? 'high');
}

function importanceOf({ technology, name, importance }: Detection): Importance {
  if (importance !== undefined) return importance;
  switch (technology) {
    case 'am':
      if (name.startsWith('PUA.')) return 'low';
      return name.startsWith('Heuristics.') || name.startsWith('Policy.') ? 'medium' : 'high';
    case 'sb':
      return 'high';
    case 'yara':
    case 'ids':
    case 'url_reputation':
      return 'medium';
  }
}

/** Technologies that detected something, foremost first (the order of the contract's list). */
export function technologiesOf(detections: readonly Detection[]): Technology[] {
  const found = new Set(detections.map((detection) => detection.technology));
  return found.size === 0 ? ['am'] : technologies.filter((technology) => found.has(technology));
}
