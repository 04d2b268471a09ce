import { byMagic, certain } from '../by-magic.js';

/** `editdata.mso` and its like: what Office saves beside a page, packed. */
export const activeMimeDetection = byMagic('activemime', certain('application/x-mso'), [0, 'ActiveMime']);
