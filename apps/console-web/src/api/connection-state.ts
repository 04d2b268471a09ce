import { createState } from './create-state.js';

/** Whether the console answered the last request. Shown on top of every page; heals by itself. */
export const connectionState = createState<'answering' | 'lost'>('answering');
