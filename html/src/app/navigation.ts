/*
 * Where we are and how to go elsewhere: the URL is the state of every list
 * and of the selected quote.
 */
import { useLocation as useIsoLocation } from "preact-iso";

interface IsoLocation {
  url: string;
  path: string;
  route(url: string, replace?: boolean): void;
}

export interface Location {
  url: string;
  path: string;
  query: URLSearchParams;
  go(url: string, replace?: boolean): void;
  /* Same page with other parameters; null removes one. */
  setQuery(changes: Record<string, string | null>, replace?: boolean): void;
}

export function withQuery(url: string, changes: Record<string, string | null>): string {
  const next = new URL(url, location.origin);

  for (const [name, value] of Object.entries(changes)) {
    if (value === null || value === "") {
      next.searchParams.delete(name);
    } else {
      next.searchParams.set(name, value);
    }
  }

  return next.pathname + next.search;
}

export function useNavigation(): Location {
  const { url, path, route } = useIsoLocation() as unknown as IsoLocation;

  return {
    url,
    path,
    query: new URL(url, location.origin).searchParams,
    go: route,
    setQuery: (changes, replace = false) => route(withQuery(location.pathname + location.search, changes), replace),
  };
}

/* Only our own paths: a link from elsewhere must not send a user away. */
export function safeNext(next: string | null): string {
  return next !== null && /^\/(?![/\\])/.test(next) ? next : "/";
}
