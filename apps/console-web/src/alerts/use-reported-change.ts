import { useQueryClient } from '@tanstack/react-query';
import { describeProblem } from '../api/api-problem.js';
import { queryKeys } from '../api/query-keys.js';
import { notify } from '../notices/notices.js';
import type { AlertChange } from './alert.js';
import { changeAlert } from './alerts-query.js';

/** Changes one alert from the list and says what came of it. */
export function useReportedChange(): (id: number, change: AlertChange, done: string) => void {
  const client = useQueryClient();
  return (id, change, done) => {
    changeAlert(id, change)
      .then(
        () => notify('done', `Alert ${id} is ${done}.`),
        (thrown: unknown) => notify('failed', `Alert ${id} is not ${done}. ${describeProblem(thrown)}`),
      )
      .finally(() => void client.invalidateQueries({ queryKey: queryKeys.alerts }));
  };
}
