import { lookAtPages } from './look-at-pages.js';
import { watchShots } from './shots.js';

lookAtPages('pages to watch with', watchShots);
