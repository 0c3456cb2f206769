import { QueryClient } from '@tanstack/react-query';

/** Of an `AppError` of this window or an error of the engine, without the schemas that read the rest of it. */
const isLostConnection = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENGINE_GONE';

/**
 * The only query cache. Entries never expire by age: the live feed keeps them current. A refusal is final; only a lost connection
 * is retried.
 */
export const cache = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: Infinity,
      refetchOnWindowFocus: false,
      refetchOnReconnect: false,
      networkMode: 'always',
      retry: (times, error) => times < 2 && isLostConnection(error),
    },
    mutations: { networkMode: 'always' },
  },
});
