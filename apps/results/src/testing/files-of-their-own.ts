import type { SharedFiles } from '../sweep-groups/copy-out.service.js';

/** Of a store in which every object has a file of its own. */
export const noSharedFiles: SharedFiles = { ofSubmissions: () => Promise.resolve(), note: () => undefined };
