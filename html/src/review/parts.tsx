/* The parts of this folder that results show, loaded with the first result. */
import type { Analysis, Claim, Paper, Results } from "../api/client";
import { lazyPart } from "../ui/lazy-part";
import { Skeleton } from "../ui/skeleton";

export const ClaimTools = lazyPart<{ analysisId: string; claim: Claim }>(
    async () => (await import("./claim-tools")).ClaimTools, ["review"], () => <div class="claim-tools" />);

export const QuestionsCard = lazyPart<{ analysisId: string; paper: Paper | undefined }>(
    async () => (await import("./questions")).QuestionsCard, ["review"], () => <Skeleton rows={6} />);

export const ProvenanceCard = lazyPart<{ analysis: Analysis; results: Results }>(
    async () => (await import("./provenance")).ProvenanceCard, ["review", "run"], () => <Skeleton rows={6} />);

export const FeedbackCard = lazyPart<{ analysis: Analysis }>(
    async () => (await import("./feedback")).FeedbackCard, ["review"], () => <Skeleton rows={2} />);
