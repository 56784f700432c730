/*
 * Server state: one query cache, and the hook that binds an observer to a
 * component.  Retries and polling live here, nowhere else.
 */
import { QueryClient, QueryObserver, type QueryKey, type QueryObserverOptions,
  type QueryObserverResult } from "@tanstack/query-core";
import { useEffect, useMemo, useReducer } from "preact/hooks";
import { ApiError } from "./client";

const MAX_RETRIES = 2;
const STALE_MS = 15_000;

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: STALE_MS,
      retry: (count, error) => count < MAX_RETRIES && error instanceof ApiError && error.retryable
          && error.status !== 429,
      retryDelay: (count) => 500 * 2 ** count,
      /* "online" would hold a request back on a machine without a route. */
      networkMode: "always",
    },
  },
});

export type QueryOptions<T> = QueryObserverOptions<T, Error, T, T, QueryKey>;

export function useQuery<T>(options: QueryOptions<T>): QueryObserverResult<T, Error> {
  const [, rerender] = useReducer((n: number) => n + 1, 0);
  const observer = useMemo(() => new QueryObserver<T, Error, T, T, QueryKey>(queryClient, options), []);

  useEffect(() => observer.subscribe(rerender), [observer]);

  useEffect(() => {
    observer.setOptions(options);
  });

  return observer.getOptimisticResult(queryClient.defaultQueryOptions(options));
}
