import { causeLevels } from '@sluice/console-api';
import type { FoundCause } from './cause-texts.js';
import { certificateCauses } from './causes/certificate-causes.js';
import { engineCauses } from './causes/engine-causes.js';
import { limitCauses } from './causes/limit-causes.js';
import { queueCauses } from './causes/queue-causes.js';
import { rescanCauses } from './causes/rescan-causes.js';
import { resourceCauses } from './causes/resource-causes.js';
import { serviceCauses } from './causes/service-causes.js';
import type { Situation } from './situation.js';

/** Everything that is wrong, the worst first: one line per cause, whatever number of instances show it. */
export const findCauses = (situation: Situation): FoundCause[] =>
  [
    ...serviceCauses(situation),
    ...engineCauses(situation),
    ...queueCauses(situation),
    ...resourceCauses(situation),
    ...limitCauses(situation),
    ...rescanCauses(situation),
    ...certificateCauses(situation),
  ].sort((one, other) => causeLevels.indexOf(one.level) - causeLevels.indexOf(other.level));
