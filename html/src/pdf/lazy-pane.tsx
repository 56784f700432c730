/*
 * Where the PDF goes: beside the text on a wide screen, else a dialog over
 * everything, and loaded only when asked for.
 */
import type { FunctionComponent } from "preact";
import { useEffect, useState } from "preact/hooks";
import { t } from "../i18n";
import { Dialog } from "../ui/dialog";
import { ErrorBox } from "../ui/errors";
import { useMedia, WIDE } from "../ui/use-media";
import type { PaneProps } from "./pane";

interface Props extends PaneProps {
  open: boolean;
  onClose: () => void;
}

export function PdfSide({ open, onClose, ...pane }: Props) {
  const wide = useMedia(WIDE);

  if (wide) {
    return <div class="pdf-side"><LazyPane {...pane} /></div>;
  }

  return open ? <Dialog title={pane.title} onClose={onClose} full><LazyPane {...pane} /></Dialog> : null;
}

let loaded: FunctionComponent<PaneProps> | null = null;

function LazyPane(props: PaneProps) {
  const [Pane, setPane] = useState<FunctionComponent<PaneProps> | null>(() => loaded);
  const [error, setError] = useState<unknown>(null);
  const [tries, setTries] = useState(0);

  useEffect(() => {
    if (loaded !== null) {
      return;
    }

    let gone = false;

    import("./pane").then((module) => {
      loaded = module.default;

      if (!gone) {
        setPane(() => loaded);
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

  if (Pane !== null) {
    return <Pane {...props} />;
  }

  return error === null ? <p class="pdf-message" role="status">{t("pdf.loading")}</p>
    : <ErrorBox error={error} onRetry={() => {
        setError(null);
        setTries(tries + 1);
      }} />;
}
