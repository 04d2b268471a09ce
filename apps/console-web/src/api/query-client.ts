import { QueryClient } from '@tanstack/react-query';
import { ApiProblem } from './api-problem.js';

const isPassing = (thrown: unknown): boolean => thrown instanceof ApiProblem && thrown.isPassing;

export const createQueryClient = (): QueryClient =>
  new QueryClient({
    defaultOptions: {
      queries: {
        // The browser's idea of being online says nothing about a console on the same machine.
        networkMode: 'always',
        staleTime: 2000,
        retry: (failures, thrown) => isPassing(thrown) && failures < 2,
        retryDelay: (failures) => 500 * 2 ** failures,
      },
      mutations: { networkMode: 'always', retry: false },
    },
  });
