import type { services } from '@sluice/contracts';

export type DevService = (typeof services)[number];

/**
 * Which of the watched services are made of the changed files (paths from the repository's root). A library counts for
 * all: starting again takes seconds, a service left on an old library costs an afternoon.
 */
export function affectedServices(
  changed: readonly string[],
  watched: readonly DevService[],
): readonly DevService[] {
  const isLibrary = changed.some((file) => file.startsWith('libs/'));
  return watched.filter(
    (service) => isLibrary || changed.some((file) => file.startsWith(`apps/${service}/`)),
  );
}
