/* On the paper's page: sources of the user, confidentiality, the ledger. */
import type { Paper } from "../api/client";
import { ConfidentialCard } from "./confidential";
import { LedgerCard } from "./ledger";
import { SourcesCard } from "./sources";

export function PaperPanels({ paper, etag }: { paper: Paper; etag: string | null }) {
  return (
    <>
      <SourcesCard paperId={paper.id} />
      <ConfidentialCard paper={paper} etag={etag} />
      <LedgerCard paperId={paper.id} />
    </>
  );
}
