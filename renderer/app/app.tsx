import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { toProblem } from '../api/problem';
import { router } from './router';

/**
 * The only query cache. Entries never expire by age: the live feed keeps them current. A refusal is final; only a lost connection
 * is retried.
 */
const cache = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: Infinity,
      refetchOnWindowFocus: false,
      refetchOnReconnect: false,
      networkMode: 'always',
      retry: (times, error) => times < 2 && toProblem(error).code === 'ENGINE_GONE',
    },
    mutations: { networkMode: 'always' },
  },
});

export function App() {
  return (
    <QueryClientProvider client={cache}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  );
}
