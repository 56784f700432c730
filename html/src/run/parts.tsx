/* The parts of this folder, loaded when they are first shown. */
import type { Analysis, Paper } from "../api/client";
import { lazyPart } from "../ui/lazy-part";
import { Skeleton } from "../ui/skeleton";

const nothing = () => null;

export const StartDialog = lazyPart<{ paper: Paper; onClose: () => void }>(
    async () => (await import("./start-dialog")).StartDialog, ["run", "result"], nothing);

export const RunPanel = lazyPart<{ analysis: Analysis }>(
    async () => (await import("./progress")).RunPanel, ["run"], () => <Skeleton rows={8} />);

export const PaperPanels = lazyPart<{ paper: Paper; etag: string | null }>(
    async () => (await import("./paper-panels")).PaperPanels, ["run"], () => <Skeleton rows={4} />);

export const UsageCard = lazyPart<object>(
    async () => (await import("./usage")).UsageCard, ["run"], () => <Skeleton rows={4} />);

export const EraseDialog = lazyPart<{ paper: { id: string; title: string }; onClose: () => void }>(
    async () => (await import("./erase-dialog")).EraseDialog, ["run"], nothing);
