/* A call that changes something: pending, failed and done are visible states. */
import { useEffect, useRef, useState } from "preact/hooks";

export interface Action<A extends unknown[]> {
  pending: boolean;
  error: Error | null;
  run(...args: A): Promise<boolean>;
  clear(): void;
}

export function useAction<A extends unknown[]>(call: (...args: A) => Promise<unknown>): Action<A> {
  const [pending, setPending] = useState(false);
  const [error, setError] = useState<Error | null>(null);
  const mounted = useRef(true);
  const busy = useRef(false);

  useEffect(() => {
    mounted.current = true;
    return () => {
      mounted.current = false;
    };
  }, []);

  return {
    pending,
    error,
    clear: () => setError(null),
    async run(...args: A) {
      if (busy.current) {
        return false;
      }

      busy.current = true;
      setPending(true);
      setError(null);

      try {
        await call(...args);
        return true;
      } catch (cause) {
        if (mounted.current) {
          setError(cause as Error);
        }

        return false;
      } finally {
        busy.current = false;

        if (mounted.current) {
          setPending(false);
        }
      }
    },
  };
}
