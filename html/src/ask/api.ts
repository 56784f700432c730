/* Two calls without credentials; the code in the address is the key. */
const BASE = "/api/v1";

export interface AskedQuestion {
  id: string;
  section: string | null;
  question: string;
  answer: null | { text: string; source: string | null; answered_by: string | null; answered_at: string };
}

export interface Asked {
  paper_title: string;
  expires_at?: string;
  questions: AskedQuestion[];
}

export class AskError extends Error {
  readonly status: number;

  constructor(status: number) {
    super(`HTTP ${status}`);
    this.status = status;
  }
}

async function send<T>(path: string, init: RequestInit): Promise<T> {
  let response: Response;

  try {
    response = await fetch(BASE + path, { ...init, credentials: "omit", referrerPolicy: "no-referrer", cache: "no-store" });
  } catch {
    throw new AskError(0);
  }

  if (!response.ok) {
    throw new AskError(response.status);
  }

  return response.status === 204 ? undefined as T : ((await response.json()) as { data: T }).data;
}

export function getAsked(code: string): Promise<Asked> {
  return send<Asked>(`/questions/${encodeURIComponent(code)}`, {});
}

export interface Answer {
  text: string;
  source?: string;
  name?: string;
}

export function putAnswer(code: string, id: string, answer: Answer): Promise<unknown> {
  return send(`/questions/${encodeURIComponent(code)}/${encodeURIComponent(id)}/answer`, {
    method: "PUT", headers: { "Content-Type": "application/json" }, body: JSON.stringify(answer),
  });
}
