import { ask } from '../api/ask.js';

export const failedJobsPath = '/api/failed-jobs';
export const failedJobFilterKeys = ['kind', 'reason', 'sensorId'] as const;

export const retryJob = (id: number): Promise<unknown> => ask('POST', `${failedJobsPath}/${id}/retry`);
