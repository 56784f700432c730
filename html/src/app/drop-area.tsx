/* PDFs dropped anywhere on the window go to the upload queue. */
import { useEffect, useState } from "preact/hooks";
import { t } from "../i18n";
import { Icon } from "../ui/icons";
import { upload } from "../ui/drop-zone";
import { useNavigation } from "./navigation";

function hasFiles(event: DragEvent): boolean {
  return event.dataTransfer?.types.includes("Files") ?? false;
}

export function DropArea() {
  const { path, go } = useNavigation();
  const [over, setOver] = useState(false);

  useEffect(() => {
    /* Enter and leave come in pairs for every element that is crossed. */
    let depth = 0;

    function enter(event: DragEvent): void {
      if (hasFiles(event)) {
        depth++;
        setOver(true);
      }
    }

    function leave(event: DragEvent): void {
      if (hasFiles(event) && --depth <= 0) {
        depth = 0;
        setOver(false);
      }
    }

    function allow(event: DragEvent): void {
      if (hasFiles(event)) {
        event.preventDefault();
        event.dataTransfer!.dropEffect = "copy";
      }
    }

    function drop(event: DragEvent): void {
      if (!hasFiles(event)) {
        return;
      }

      event.preventDefault();
      depth = 0;
      setOver(false);
      void upload(Array.from(event.dataTransfer!.files));

      if (path !== "/upload") {
        go("/upload");
      }
    }

    addEventListener("dragenter", enter);
    addEventListener("dragleave", leave);
    addEventListener("dragover", allow);
    addEventListener("drop", drop);

    return () => {
      removeEventListener("dragenter", enter);
      removeEventListener("dragleave", leave);
      removeEventListener("dragover", allow);
      removeEventListener("drop", drop);
    };
  }, [path]);

  return over ? (
    <div class="drop-cover">
      <p><Icon name="upload" size={40} />{t("upload.drop_here")}</p>
    </div>
  ) : null;
}
