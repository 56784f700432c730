/*
 * Deciding on a claim.  The screen changes at once; when the server refuses,
 * what was there before comes back, and only that.
 */
import { client, unwrap, type Claim, type Results } from "../api/client";
import { queryClient } from "../api/query";
import { SECTIONS } from "../results/context";

export type ClaimChange = Partial<Pick<Claim, "decision" | "locked"> & { text: string }>;

export interface StoredResults {
  id: string;
  results: Results;
}

/* The result with one claim replaced, in each list that holds it. */
export function withClaim(results: Results, id: string, change: (claim: Claim) => Claim): Results {
  const next: Results = { ...results };
  const map = (list: Claim[]) => list.some((c) => c.id === id) ? list.map((c) => c.id === id ? change(c) : c) : list;

  for (const name of SECTIONS) {
    const section = next[name];

    if (section.claims !== undefined && section.claims.some((c) => c.id === id)) {
      Object.assign(next, { [name]: { ...section, claims: map(section.claims) } });
    }
  }

  const ip = next.intellectual_property;

  next.intellectual_property = { ...ip, signals: map(ip.signals), protectable_elements: map(ip.protectable_elements) };
  return next;
}

/* What the claim will look like once the server has agreed. */
export function changedClaim(claim: Claim, change: ClaimChange, name: string, now: string): Claim {
  const next = { ...claim };

  if (change.decision !== undefined) {
    next.decision = change.decision;
    next.decided_by = change.decision === null ? null : name;
    next.decided_at = change.decision === null ? null : now;
  }

  if (change.locked !== undefined) {
    next.locked = change.locked;
  }

  if (change.text !== undefined) {
    const original = claim.original_text ?? claim.text;

    next.text = change.text;
    next.original_text = change.text === original ? null : original;
    next.edited_by = change.text === original ? null : name;
  }

  return next;
}

const keyOf = (analysisId: string) => ["results", analysisId];

function put(analysisId: string, claimId: string, change: (claim: Claim) => Claim): void {
  queryClient.setQueryData<StoredResults>(keyOf(analysisId),
      (old) => old && { ...old, results: withClaim(old.results, claimId, change) });
}

/* The members that a change touches: others may be changing at the same time. */
function members(claim: Claim, change: ClaimChange): Partial<Claim> {
  const { decision, decided_by, decided_at, locked, text, original_text, edited_by } = claim;

  return {
    ...(change.decision !== undefined ? { decision, decided_by, decided_at } : {}),
    ...(change.locked !== undefined ? { locked } : {}),
    ...(change.text !== undefined ? { text, original_text, edited_by } : {}),
  };
}

export async function decide(analysisId: string, claim: Claim, change: ClaimChange, name: string,
    send: (change: ClaimChange) => Promise<Claim> = (body) => patchClaim(analysisId, claim.id, body)): Promise<void> {
  put(analysisId, claim.id, (now) => changedClaim(now, change, name, new Date().toISOString()));

  try {
    const stored = await send(change);

    put(analysisId, claim.id, (now) => ({ ...now, ...members(stored, change) }));
  } catch (error) {
    put(analysisId, claim.id, (now) => ({ ...now, ...members(claim, change) }));
    throw error;
  }
}

async function patchClaim(analysisId: string, claimId: string, body: ClaimChange): Promise<Claim> {
  return (await unwrap(client.PATCH("/analysis/{analysis_id}/claims/{claim_id}",
      { params: { path: { analysis_id: analysisId, claim_id: claimId } }, body }))).data;
}
