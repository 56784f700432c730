/* Erasing for good asks for the title: there is no way back. */
import { useState } from "preact/hooks";
import { erasePaper } from "../api/resources";
import { t } from "../i18n";
import { Dialog } from "../ui/dialog";
import { ErrorBox } from "../ui/errors";
import { Icon } from "../ui/icons";
import { toast } from "../ui/toasts";
import { useAction } from "../ui/use-action";

/* Titles come from PDFs: what can be typed must be enough. */
export function sameTitle(typed: string, title: string): boolean {
  const plain = (s: string) => s.normalize("NFKC").replace(/[\p{C}\p{Z}\s]+/gu, " ").trim().toLowerCase();

  return plain(typed) === plain(title);
}

interface Props {
  paper: { id: string; title: string };
  onClose: () => void;
}

export function EraseDialog({ paper, onClose }: Props) {
  const [typed, setTyped] = useState("");
  const erase = useAction(async () => {
    await erasePaper(paper.id);
    toast(t("erase.done", { title: paper.title }));
    onClose();
  });

  return (
    <Dialog title={t("erase.title")} onClose={onClose}>
      <form class="form" onSubmit={(event) => {
        event.preventDefault();
        void erase.run();
      }}>
        <p>{t("erase.text")}</p>
        <div>
          <p>{t("erase.confirm")}</p>
          <p class="erase-title" dir="auto"><strong>{paper.title}</strong></p>
        </div>
        <div class="field">
          <label for="erase-title">{t("erase.label")}</label>
          <input id="erase-title" type="text" autocomplete="off" value={typed}
            onInput={(event) => setTyped(event.currentTarget.value)} />
        </div>
        {erase.error !== null && <ErrorBox error={erase.error} />}
        <div class="form-actions">
          <button type="button" class="button" onClick={onClose}>{t("action.cancel")}</button>
          <button type="submit" class="button button-danger" disabled={erase.pending || !sameTitle(typed, paper.title)}>
            <Icon name="trash" size={16} />{erase.pending ? t("erase.going") : t("erase.go")}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
