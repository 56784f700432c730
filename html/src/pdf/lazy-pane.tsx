/*
 * Where the PDF goes: beside the text on a wide screen, else a dialog over
 * everything, and loaded only when asked for.
 */
import { t } from "../i18n";
import { Dialog } from "../ui/dialog";
import { lazyPart } from "../ui/lazy-part";
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

const LazyPane = lazyPart<PaneProps>(async () => (await import("./pane")).default, [],
    () => <p class="pdf-message" role="status">{t("pdf.loading")}</p>);
