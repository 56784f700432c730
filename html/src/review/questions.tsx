/* Questions to the inventor: by section, with answers, and the link to ask. */
import { useState } from "preact/hooks";
import type { Paper } from "../api/client";
import { useQuery } from "../api/query";
import { formatDate, t, tOptional } from "../i18n";
import { ErrorBox, errorText } from "../ui/errors";
import { AreaField, Field } from "../ui/field";
import { Icon } from "../ui/icons";
import { Skeleton } from "../ui/skeleton";
import { Badge } from "../ui/status";
import { toast } from "../ui/toasts";
import { useAction } from "../ui/use-action";
import { addQuestion, answerQuestion, linksQuery, makeLink, questionsQuery, revokeLink, type NewLink, type Question,
  type QuestionLink } from "./api";
import { bySection, linkState } from "./grouping";

const MAX_QUESTION = 2000;
const MAX_ANSWER = 10_000;

interface Props {
  analysisId: string;
  paper: Paper | undefined;
}

export function QuestionsCard({ analysisId, paper }: Props) {
  const { data, error, refetch } = useQuery(questionsQuery(analysisId));
  const answered = data?.filter((q) => q.answer !== null).length ?? 0;

  return (
    <section class="card section" id="questions" aria-labelledby="questions-title">
      <header class="card-head">
        <h2 id="questions-title" tabIndex={-1}>{t("result.all_questions")}</h2>
        {data !== undefined && data.length > 0 && (
          <p class="head-line">
            <Badge tone="plain" icon="question">{t("question.open", { n: data.length - answered })}</Badge>
            {answered > 0 && <Badge tone="ok" icon="check">{t("question.answered", { n: answered })}</Badge>}
          </p>
        )}
      </header>
      <p class="muted">{t("question.lead")}</p>
      {error !== null ? <ErrorBox error={error} onRetry={() => void refetch()} />
        : data === undefined ? <Skeleton rows={4} />
          : data.length === 0 ? <p class="muted">{t("question.none")}</p>
            : bySection(data).map(({ section, questions }) => (
              <section key={section ?? ""} class="ask-section">
                <h3>{section === null ? t("question.other_section") : tOptional(`section.${section}`) ?? section}</h3>
                <ol class="question-list">
                  {questions.map((q) => <QuestionItem key={q.id} analysisId={analysisId} question={q} />)}
                </ol>
              </section>
            ))}
      {data !== undefined && (
        <>
          <AddQuestion analysisId={analysisId} />
          {data.length > 0 && <AskByLink analysisId={analysisId} confidential={paper?.unpublished === true} />}
        </>
      )}
    </section>
  );
}

function QuestionItem({ analysisId, question: q }: { analysisId: string; question: Question }) {
  const [editing, setEditing] = useState(false);

  return (
    <li class="question">
      <p dir="auto">{q.question}</p>
      {q.answer !== null && !editing && (
        <div class="answer">
          <p dir="auto" class="prose">{q.answer.text}</p>
          <p class="small muted">
            {q.answer.answered_by === null ? formatDate(q.answer.answered_at, "time")
              : t("question.answered_by", { name: q.answer.answered_by, date: formatDate(q.answer.answered_at, "time") })}
            {q.answer.source !== null && q.answer.source !== "" && (
              <> · <span dir="auto">{t("question.checked_at", { source: q.answer.source })}</span></>
            )}
          </p>
        </div>
      )}
      {editing ? <AnswerForm analysisId={analysisId} question={q} onClose={() => setEditing(false)} /> : (
        <button type="button" class="button button-small" onClick={() => setEditing(true)}>
          {t(q.answer === null ? "question.answer" : "question.change")}
          <span class="sr-only">: {q.question}</span>
        </button>
      )}
    </li>
  );
}

function AnswerForm({ analysisId, question: q, onClose }:
    { analysisId: string; question: Question; onClose: () => void }) {
  const save = useAction(answerQuestion);

  async function submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();

    const form = new FormData(event.currentTarget as HTMLFormElement);

    if (await save.run(analysisId, q.id, String(form.get("text")).trim(), String(form.get("source")).trim())) {
      toast(t("question.saved"));
      onClose();
    }
  }

  return (
    <form class="form" onSubmit={(event) => void submit(event)}>
      {save.error !== null && <ErrorBox error={save.error} />}
      <AreaField label={t("question.answer_text")} name="text" rows={3} required maxLength={MAX_ANSWER}
        defaultValue={q.answer?.text ?? ""} />
      <Field label={t("question.source")} name="source" maxLength={2000} hint={t("question.source_hint")}
        defaultValue={q.answer?.source ?? ""} />
      <div class="form-actions actions-left">
        <button type="submit" class="button button-small button-primary" disabled={save.pending}>
          {save.pending ? t("state.saving") : t("action.save")}
        </button>
        <button type="button" class="button button-small" onClick={onClose}>{t("action.cancel")}</button>
      </div>
    </form>
  );
}

function AddQuestion({ analysisId }: { analysisId: string }) {
  const add = useAction(addQuestion);

  async function submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();

    const form = event.currentTarget as HTMLFormElement;
    const text = String(new FormData(form).get("question")).trim();

    if (text !== "" && await add.run(analysisId, text)) {
      form.reset();
      toast(t("question.added"));
    }
  }

  return (
    <details class="more">
      <summary>{t("question.add")}</summary>
      <form class="form" onSubmit={(event) => void submit(event)}>
        {add.error !== null && <ErrorBox error={add.error} />}
        <AreaField label={t("question.text")} name="question" rows={2} required maxLength={MAX_QUESTION} />
        <div class="form-actions actions-left">
          <button type="submit" class="button" disabled={add.pending}>
            <Icon name="plus" size={16} />{add.pending ? t("state.saving") : t("question.add")}
          </button>
        </div>
      </form>
    </details>
  );
}

function AskByLink({ analysisId, confidential }: { analysisId: string; confidential: boolean }) {
  const [made, setMade] = useState<NewLink | null>(null);
  const links = useQuery({ ...linksQuery(analysisId), enabled: !confidential, retry: false });
  const make = useAction(async () => setMade(await makeLink(analysisId)));

  return (
    <section class="ask-link" aria-labelledby="ask-link">
      <h3 id="ask-link"><Icon name="link" size={18} />{t("question.link")}</h3>
      {confidential ? <p class="muted">{t("question.link_confidential")}</p> : (
        <>
          <p class="small muted">{t("question.link_lead")}</p>
          {made !== null && <MadeLink link={made} />}
          {make.error !== null && <ErrorBox error={make.error} />}
          <p>
            <button type="button" class="button" disabled={make.pending} onClick={() => void make.run()}>
              <Icon name="plus" size={16} />{make.pending ? t("state.saving") : t("question.link_make")}
            </button>
          </p>
          {links.data !== undefined && links.data.length > 0 && (
            <ul class="rows" aria-label={t("question.links")}>
              {links.data.map((link) => <LinkRow key={link.link_id} analysisId={analysisId} link={link} />)}
            </ul>
          )}
        </>
      )}
    </section>
  );
}

/* The server gives a path where it does not know its own address. */
function absolute(url: string): string {
  return new URL(url, location.origin).href;
}

function MadeLink({ link }: { link: NewLink }) {
  const url = absolute(link.url);

  async function copy(input: HTMLInputElement): Promise<void> {
    input.select();

    try {
      await navigator.clipboard.writeText(url);
    } catch {
      /* Without a secure origin there is no clipboard; the selection is. */
      if (!document.execCommand("copy")) {
        return;
      }
    }

    toast(t("question.link_copied"));
  }

  return (
    <div class="made-link" role="status">
      <p><strong>{t("question.link_once")}</strong> {t("question.link_until", { date: formatDate(link.expires_at) })}</p>
      <div class="copy">
        <input type="text" readOnly value={url} aria-label={t("question.link_label")}
          onFocus={(event) => event.currentTarget.select()} />
        <button type="button" class="button" onClick={(event) =>
          void copy(event.currentTarget.previousElementSibling as HTMLInputElement)}>
          {t("question.link_copy")}
        </button>
      </div>
    </div>
  );
}

function LinkRow({ analysisId, link }: { analysisId: string; link: QuestionLink }) {
  const state = linkState(link, Date.now());
  const revoke = useAction(async () => {
    try {
      await revokeLink(analysisId, link.link_id);
      toast(t("question.link_revoked"));
    } catch (error) {
      toast(errorText(error), "error");
    }
  });

  return (
    <li class="row">
      <div class="row-main">
        <span>{t("question.link_made", { date: formatDate(link.created_at, "time") })}</span>
        <span class="small muted">
          {t(`question.link_state.${state}`, { date: formatDate(link.revoked_at ?? link.expires_at) })}
        </span>
      </div>
      {state === "active" && (
        <button type="button" class="button button-small" disabled={revoke.pending} onClick={() => void revoke.run()}>
          {t("question.link_revoke")}
        </button>
      )}
    </li>
  );
}
