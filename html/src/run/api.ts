/*
 * Running an analysis and what it costs.  Query keys: ["models"],
 * ["estimate", paper, body], ["usage"], ["outbound", paper], ["sources", paper].
 */
import { client, randomKey, unwrap, type Analysis, type Schemas } from "../api/client";
import { queryClient, type QueryOptions } from "../api/query";

export type AnalysisRequest = Schemas["AnalysisRequest"];
export type AnalysisType = NonNullable<AnalysisRequest["analysis_type"]>;
export type Models = Schemas["Models"];
export type Estimate = Schemas["AnalysisEstimate"];
export type OutboundEntry = Schemas["Outbound"];
export type Source = Schemas["Source"];

const options = <T>(o: QueryOptions<T>): QueryOptions<T> => o;
const ofPaper = (id: string) => ({ path: { paper_id: id } });
const ofAnalysis = (id: string) => ({ path: { analysis_id: id } });

export const estimateQuery = (paperId: string, body: AnalysisRequest) => options({
  queryKey: ["estimate", paperId, body],
  queryFn: async ({ signal }) => (await unwrap(client.POST("/papers/{paper_id}/analysis/estimate",
      { params: ofPaper(paperId), body, signal }))).data,
  retry: false,
  staleTime: 10_000,
});

export const usageQuery = () => options({
  queryKey: ["usage"],
  queryFn: async ({ signal }) => (await unwrap(client.GET("/users/me/usage", { signal }))).data,
});

export const outboundQuery = (paperId: string) => options({
  queryKey: ["outbound", paperId],
  queryFn: async ({ signal }) => (await unwrap(client.GET("/papers/{paper_id}/outbound",
      { params: ofPaper(paperId), signal }))).data,
});

export const sourcesQuery = (paperId: string) => options({
  queryKey: ["sources", paperId],
  queryFn: async ({ signal }) => (await unwrap(client.GET("/papers/{paper_id}/sources",
      { params: ofPaper(paperId), signal }))).data,
});

export async function addSource(paperId: string, body: Schemas["SourceRequest"]): Promise<void> {
  await unwrap(client.POST("/papers/{paper_id}/sources", { params: ofPaper(paperId), body }));
  await queryClient.invalidateQueries({ queryKey: ["sources", paperId] });
}

export async function deleteSource(paperId: string, id: string): Promise<void> {
  await unwrap(client.DELETE("/papers/{paper_id}/sources/{source_id}",
      { params: { path: { paper_id: paperId, source_id: id } } }));
  await queryClient.invalidateQueries({ queryKey: ["sources", paperId] });
}

function changed(paperId: string): void {
  for (const queryKey of [["analyses"], ["paper", paperId], ["usage"], ["outbound", paperId]]) {
    void queryClient.invalidateQueries({ queryKey });
  }
}

export async function startRun(paperId: string, body: AnalysisRequest): Promise<string> {
  const { data } = await unwrap(client.POST("/papers/{paper_id}/analysis", {
    params: { ...ofPaper(paperId), header: { "Idempotency-Key": randomKey() } }, body,
  }));

  changed(paperId);
  return data.analysis_id;
}

export async function resumeRun(analysis: Analysis, limit: number | null): Promise<void> {
  const { data } = await unwrap(client.POST("/analysis/{analysis_id}/resume", {
    params: ofAnalysis(analysis.id), body: limit === null ? {} : { max_cost_micro_usd: limit },
  }));

  queryClient.setQueryData(["analysis", analysis.id], data);
  changed(analysis.paper_id);
}

export async function replayRun(analysis: Analysis): Promise<string> {
  const { data } = await unwrap(client.POST("/analysis/{analysis_id}/replay", {
    params: { ...ofAnalysis(analysis.id), header: { "Idempotency-Key": randomKey() } },
  }));

  changed(analysis.paper_id);
  return data.analysis_id;
}
