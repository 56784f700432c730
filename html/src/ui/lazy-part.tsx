/*
 * A part of a page that is loaded when it is first shown, with the words it
 * speaks: a placeholder until it is there, another try when it does not come.
 */
import type { ComponentChild, FunctionComponent } from "preact";
import { useEffect, useState } from "preact/hooks";
import { loadWords, type WordPart } from "../i18n";
import { ErrorBox } from "./errors";

export function lazyPart<P extends object>(load: () => Promise<FunctionComponent<P>>, words: WordPart[],
    placeholder: () => ComponentChild): FunctionComponent<P> {
  let loaded: FunctionComponent<P> | null = null;

  return function LazyPart(props: P) {
    const [Part, setPart] = useState<FunctionComponent<P> | null>(() => loaded);
    const [error, setError] = useState<unknown>(null);
    const [tries, setTries] = useState(0);

    useEffect(() => {
      if (loaded !== null) {
        return;
      }

      let gone = false;

      Promise.all([load(), loadWords(...words)]).then(([part]) => {
        loaded = part;

        if (!gone) {
          setPart(() => part);
        }
      }, (cause: unknown) => {
        if (!gone) {
          setError(cause);
        }
      });

      return () => {
        gone = true;
      };
    }, [tries]);

    if (Part !== null) {
      return <Part {...props} />;
    }

    return error === null ? <>{placeholder()}</> : <ErrorBox error={error} onRetry={() => {
      setError(null);
      setTries(tries + 1);
    }} />;
  };
}
