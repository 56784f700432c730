/* The visible place to drop or choose PDFs: a label around a file input. */
import { signal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { uploads } from "../api/uploads";
import { useNavigation } from "../app/navigation";
import { t } from "../i18n";
import { Icon } from "./icons";

/* Whether an upload starts the analysis as well. */
export const analyzeAfterUpload = signal(true);

export function DropZone({ compact = false }: { compact?: boolean }) {
  const input = useRef<HTMLInputElement>(null);
  const { path, go } = useNavigation();

  function choose(): void {
    const files = Array.from(input.current?.files ?? []);

    if (files.length > 0) {
      uploads.add(files, analyzeAfterUpload.peek());
      input.current!.value = "";

      if (path !== "/upload") {
        go("/upload");
      }
    }
  }

  return (
    <div class={`drop-zone${compact ? " drop-zone-compact" : ""}`}>
      <label class="drop-label">
        <Icon name="upload" size={32} />
        <strong>{t("upload.choose")}</strong>
        <span class="muted">{t("upload.hint")}</span>
        <input ref={input} class="sr-only" type="file" accept="application/pdf,.pdf" multiple onChange={choose} />
      </label>
      <label class="check">
        <input type="checkbox" checked={analyzeAfterUpload.value}
          onChange={(event) => {
            analyzeAfterUpload.value = event.currentTarget.checked;
          }} />
        <span>{t("upload.analyze")}</span>
      </label>
    </div>
  );
}
