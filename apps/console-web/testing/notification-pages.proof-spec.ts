import { lookAtPages } from './look-at-pages.js';
import { notificationShots } from './notification-shots.js';

lookAtPages('pages of notifications', notificationShots);
