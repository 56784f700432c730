/*
 * Questions, recipe, diff, feedback.  Query keys: ["questions", analysis],
 * ["links", analysis], ["recipe", analysis], ["diff", left, right].
 */
import { client, unwrap, type Schemas } from "../api/client";
import { queryClient, type QueryOptions } from "../api/query";

export type Question = Schemas["Question"];
export type QuestionLink = Schemas["QuestionLink"];
export type NewLink = Schemas["QuestionLinkCreated"];
export type Diff = Schemas["Diff"];
export type DiffSide = Schemas["DiffSide"];

type StageRecord = Schemas["Provenance"]["stages"][number];

/* A stage of the recipe has what its record in the result has, and more. */
export type Recipe = Omit<Schemas["Recipe"], "stages"> & {
  stages: (Schemas["RecipeStage"] & Partial<StageRecord>)[];
};

const options = <T>(o: QueryOptions<T>): QueryOptions<T> => o;
const at = (id: string) => ({ path: { analysis_id: id } });

export const questionsQuery = (id: string) => options({
  queryKey: ["questions", id],
  queryFn: async ({ signal }) => (await unwrap(client.GET("/analysis/{analysis_id}/questions",
      { params: at(id), signal }))).data,
});

export const linksQuery = (id: string) => options({
  queryKey: ["links", id],
  queryFn: async ({ signal }) => (await unwrap(client.GET("/analysis/{analysis_id}/questions/links",
      { params: at(id), signal }))).data,
});

export const recipeQuery = (id: string) => options({
  queryKey: ["recipe", id],
  queryFn: async ({ signal }) => (await unwrap(client.GET("/analysis/{analysis_id}/recipe",
      { params: at(id), signal }))).data as Recipe,
  staleTime: Infinity,
});

export const diffQuery = (left: string, right: string) => options({
  queryKey: ["diff", left, right],
  queryFn: async ({ signal }) => (await unwrap(client.GET("/analysis/{analysis_id}/diff/{other_id}",
      { params: { path: { analysis_id: left, other_id: right } }, signal }))).data,
});

const again = (name: string, id: string) => queryClient.invalidateQueries({ queryKey: [name, id] });

export async function addQuestion(id: string, question: string): Promise<void> {
  await unwrap(client.POST("/analysis/{analysis_id}/questions", { params: at(id), body: { question } }));
  await again("questions", id);
}

export async function answerQuestion(id: string, questionId: string, text: string, source: string): Promise<void> {
  await unwrap(client.PUT("/analysis/{analysis_id}/questions/{question_id}/answer", {
    params: { path: { analysis_id: id, question_id: questionId } }, body: { text, source: source === "" ? null : source },
  }));
  await again("questions", id);
}

export async function makeLink(id: string): Promise<NewLink> {
  const { data } = await unwrap(client.POST("/analysis/{analysis_id}/questions/link", { params: at(id), body: {} }));

  void again("links", id);
  return data;
}

export async function revokeLink(id: string, linkId: string): Promise<void> {
  await unwrap(client.DELETE("/analysis/{analysis_id}/questions/links/{link_id}",
      { params: { path: { analysis_id: id, link_id: linkId } } }));
  await again("links", id);
}

export async function sendFeedback(id: string, body: Schemas["FeedbackRequest"]): Promise<void> {
  await unwrap(client.POST("/analysis/{analysis_id}/feedback", { params: at(id), body }));
  void again("analysis", id);
}
