/* The analysis's own stream, while it runs, kept in the query cache. */
import { useEffect } from "preact/hooks";
import { API_BASE, type Analysis, type Schemas } from "../api/client";
import { queryClient } from "../api/query";
import { openStream } from "../api/stream";

export function useAnalysisStream(id: string, running: boolean): void {
  useEffect(() => {
    if (!running) {
      return;
    }

    const key = ["analysis", id];
    const refetch = () => void queryClient.invalidateQueries({ queryKey: key });
    const close = openStream(`${API_BASE}/analysis/${id}/events`, {
      on: {
        progress: (data) => {
          const { status, progress, current_stage, stages, reserved_micro_usd } = data as Schemas["AnalysisProgressEvent"];

          queryClient.setQueryData<Analysis>(key,
              (old) => old && { ...old, status, progress, current_stage, stages, reserved_micro_usd });
        },
        done: () => {
          close();
          refetch();
          void queryClient.invalidateQueries({ queryKey: ["analyses"] });
          void queryClient.invalidateQueries({ queryKey: ["paper"] });
        },
      },
      onResync: refetch,
      onState: () => undefined,
    });

    return close;
  }, [id, running]);
}
