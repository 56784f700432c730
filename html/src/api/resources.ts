/*
 * What the pages read and do, a function or a query for each.  Query keys:
 * ["me"], ["papers", filter], ["paper", id], ["structure", id],
 * ["analyses", filter], ["analysis", id], ["results", id].
 */
import { client, unwrap, type PaperUpdate, type Schemas } from "./client";
import { live } from "./live";
import { queryClient, type QueryOptions } from "./query";

const POLL_MS = 2_000;
const SAFETY_POLL_MS = 30_000;

/* How often something that changes by itself is asked for again. */
export function pollInterval(changing: boolean): number | false {
  if (!changing) {
    return false;
  }

  return live.peek() ? SAFETY_POLL_MS : POLL_MS;
}

export type PaperStatus = Schemas["PaperStatus"];
export type AnalysisStatus = Schemas["AnalysisStatus"];

export function paperIsMoving(status: PaperStatus): boolean {
  return status === "uploaded" || status === "extracting" || status === "analyzing";
}

export function analysisIsMoving(status: AnalysisStatus): boolean {
  return status === "pending" || status === "processing";
}

export interface PaperFilter {
  page: number;
  limit: number;
  sort: "upload_date" | "-upload_date" | "title" | "-title" | "status" | "-status";
  status?: PaperStatus;
  search?: string;
  tags?: string[];
  deleted?: boolean;
}

function options<T>(o: QueryOptions<T>): QueryOptions<T> {
  return o;
}

export const meQuery = () => options({
  queryKey: ["me"],
  queryFn: async () => (await unwrap(client.GET("/users/me"))).data,
  staleTime: Infinity,
});

export const modelsQuery = () => options({
  queryKey: ["models"],
  queryFn: async ({ signal }) => (await unwrap(client.GET("/models", { signal }))).data,
  staleTime: 5 * 60_000,
});

export const papersQuery = (filter: PaperFilter) => options({
  queryKey: ["papers", filter],
  queryFn: async ({ signal }) => {
    const { data, meta } = await unwrap(client.GET("/papers", { params: { query: filter }, signal }));

    return { papers: data, pagination: meta!.pagination, highlights: meta!.search?.highlights ?? {} };
  },
  refetchInterval: (query) =>
    pollInterval(query.state.data?.papers.some((p) => paperIsMoving(p.status)) ?? false),
});

export const paperQuery = (id: string) => options({
  queryKey: ["paper", id],
  queryFn: async ({ signal }) => {
    const { data, etag } = await unwrap(
        client.GET("/papers/{paper_id}", { params: { path: { paper_id: id } }, signal }));

    return { paper: data, etag };
  },
  refetchInterval: (query) =>
    pollInterval(query.state.data !== undefined && paperIsMoving(query.state.data.paper.status)),
});

export const structureQuery = (id: string, enabled: boolean) => options({
  queryKey: ["structure", id],
  queryFn: async ({ signal }) => (await unwrap(client.GET("/papers/{paper_id}/structure",
      { params: { path: { paper_id: id } }, signal }))).data,
  enabled,
  staleTime: Infinity,
});

export interface AnalysisFilter {
  page: number;
  limit: number;
  status?: AnalysisStatus;
  paper_id?: string;
}

export const analysesQuery = (filter: AnalysisFilter) => options({
  queryKey: ["analyses", filter],
  queryFn: async ({ signal }) => {
    const { data, meta } = await unwrap(client.GET("/analysis",
        { params: { query: { ...filter, sort: "-created_at" } }, signal }));

    return { analyses: data, pagination: meta!.pagination };
  },
  refetchInterval: (query) =>
    pollInterval(query.state.data?.analyses.some((a) => analysisIsMoving(a.status)) ?? false),
});

export const analysisQuery = (id: string) => options({
  queryKey: ["analysis", id],
  queryFn: async ({ signal }) => (await unwrap(client.GET("/analysis/{analysis_id}",
      { params: { path: { analysis_id: id } }, signal }))).data,
  refetchInterval: (query) =>
    pollInterval(query.state.data !== undefined && analysisIsMoving(query.state.data.status)),
});

export const resultsQuery = (id: string, enabled: boolean) => options({
  queryKey: ["results", id],
  queryFn: async ({ signal }) => (await unwrap(client.GET("/analysis/{analysis_id}/results",
      { params: { path: { analysis_id: id }, query: { view: "full" } }, signal }))).data,
  enabled,
  staleTime: Infinity,
});

export async function updatePaper(id: string, body: PaperUpdate, etag: string | null) {
  const { data, etag: next } = await unwrap(client.PATCH("/papers/{paper_id}", {
    params: { path: { paper_id: id }, header: etag === null ? {} : { "If-Match": etag } },
    body,
  }));

  queryClient.setQueryData(["paper", id], { paper: data, etag: next });
  void queryClient.invalidateQueries({ queryKey: ["papers"] });
}

export async function deletePaper(id: string): Promise<void> {
  await unwrap(client.DELETE("/papers/{paper_id}", { params: { path: { paper_id: id } } }));
  await paperMoved(id);
}

/* For good, with all that hangs on it. */
export async function erasePaper(id: string): Promise<void> {
  await unwrap(client.DELETE("/papers/{paper_id}",
      { params: { path: { paper_id: id }, query: { permanent: true } } }));
  queryClient.removeQueries({ queryKey: ["paper", id] });
  await queryClient.invalidateQueries({ queryKey: ["papers"] });
}

export async function restorePaper(id: string): Promise<void> {
  await unwrap(client.POST("/papers/{paper_id}/restore", { params: { path: { paper_id: id } } }));
  await paperMoved(id);
}

async function paperMoved(id: string): Promise<void> {
  queryClient.removeQueries({ queryKey: ["paper", id], type: "inactive" });
  void queryClient.invalidateQueries({ queryKey: ["paper", id] });
  await queryClient.invalidateQueries({ queryKey: ["papers"] });
}

export async function cancelAnalysis(id: string): Promise<void> {
  const { data } = await unwrap(client.POST("/analysis/{analysis_id}/cancel",
      { params: { path: { analysis_id: id } } }));

  queryClient.setQueryData(["analysis", id], data);
  void queryClient.invalidateQueries({ queryKey: ["analyses"] });
}
