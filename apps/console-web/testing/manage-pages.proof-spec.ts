import { lookAtPages } from './look-at-pages.js';
import { manageShots } from './shots.js';

lookAtPages('pages to manage with', manageShots);
