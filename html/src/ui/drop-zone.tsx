/* The visible place to drop or choose PDFs: a label around a file input. */
import { signal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { queryClient, useQuery } from "../api/query";
import { modelsQuery } from "../api/resources";
import { uploads } from "../api/uploads";
import { useNavigation } from "../app/navigation";
import { t } from "../i18n";
import { Icon } from "./icons";

/*
 * What an upload does beside storing.  Until somebody has chosen, it starts
 * the analysis as well if that sends nothing to another server: confidential
 * papers get the embedded engine.
 */
const chosen = signal<boolean | null>(null);
const unpublished = signal(false);

function startsAnalysis(byModel: boolean): boolean {
  return chosen.value ?? (!byModel || unpublished.value);
}

export async function upload(files: File[]): Promise<void> {
  /* Not knowing the engine, be careful. */
  const models = await queryClient.fetchQuery(modelsQuery()).catch(() => null);

  uploads.add(files, { analyze: startsAnalysis(models?.engine !== "embedded"), unpublished: unpublished.value });
}

export function DropZone({ compact = false }: { compact?: boolean }) {
  const input = useRef<HTMLInputElement>(null);
  const { path, go } = useNavigation();
  const { data: models } = useQuery(modelsQuery());
  const byModel = models?.engine === "openai";
  const analyze = startsAnalysis(byModel);

  function choose(): void {
    const files = Array.from(input.current?.files ?? []);

    if (files.length > 0) {
      void upload(files);
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
        <input type="checkbox" name="analyze" checked={analyze}
          onChange={(event) => {
            chosen.value = event.currentTarget.checked;
          }} />
        <span>{t("upload.analyze")}</span>
      </label>
      {byModel && analyze && !unpublished.value && (
        <p class="small">{t("upload.leaves", { model: models.model ?? "", host: models.host ?? "" })}</p>
      )}
      <label class="check">
        <input type="checkbox" name="unpublished" checked={unpublished.value}
          onChange={(event) => {
            unpublished.value = event.currentTarget.checked;
          }} />
        <span>{t("upload.unpublished")}</span>
      </label>
    </div>
  );
}
