/*
 * The one upload queue of the tab, and the guard against leaving while it
 * works.
 */
import { effect } from "@preact/signals";
import { queryClient } from "./query";
import { sendByXhr, UploadQueue } from "./upload-queue";

export const uploads = new UploadQueue(sendByXhr, undefined, (paper) => {
  queryClient.setQueryData(["paper", paper.id], { paper, etag: null });
  void queryClient.invalidateQueries({ queryKey: ["papers"] });
  void queryClient.invalidateQueries({ queryKey: ["analyses"] });
});

function askBeforeLeaving(event: BeforeUnloadEvent): void {
  event.preventDefault();
}

effect(() => {
  if (uploads.unfinished.value > 0) {
    addEventListener("beforeunload", askBeforeLeaving);

  } else {
    removeEventListener("beforeunload", askBeforeLeaving);
  }
});
