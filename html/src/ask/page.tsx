/* Questions of those who assess a paper, and fields for the answers. */
import { useEffect, useRef, useState } from "preact/hooks";
import { formatDate, language, setLanguage, t, type Key } from "../i18n";
import { Icon, Logo } from "../ui/icons";
import { AskError, getAsked, putAnswer, type Asked, type AskedQuestion } from "./api";

const MAX_ANSWER = 10_000;
const MAX_SOURCE = 2000;
const MAX_NAME = 200;

export function AskPage({ code }: { code: string }) {
  const [asked, setAsked] = useState<Asked | null>(null);
  const [error, setError] = useState<AskError | null>(null);
  const [tries, setTries] = useState(0);

  useEffect(() => {
    let gone = false;

    setError(null);
    getAsked(code).then((data) => {
      if (!gone) {
        setAsked(data);
      }
    }, (cause: AskError) => {
      if (!gone) {
        setError(cause);
      }
    });

    return () => {
      gone = true;
    };
  }, [code, tries]);

  useEffect(() => {
    document.title = `${t("ask.title")} · Paperal`;
  });

  return (
    <>
      <header class="ask-bar">
        <span class="ask-brand"><Logo />Paperal</span>
        <LanguageSwitch />
      </header>
      <main class="ask">
        {error !== null ? <Failed error={error} onRetry={() => setTries(tries + 1)} />
          : asked === null ? <p class="muted" role="status">{t("ask.loading")}</p>
            : <Questions code={code} asked={asked} onAnswered={(q) => setAsked({ ...asked,
              questions: asked.questions.map((old) => old.id === q.id ? q : old) })} />}
      </main>
    </>
  );
}

function LanguageSwitch() {
  const other = language.value === "en" ? "zh" : "en";

  return (
    <button type="button" class="ask-language" lang={other === "zh" ? "zh-CN" : "en"}
      onClick={() => void setLanguage(other)}>
      {other === "zh" ? "中文" : "English"}
    </button>
  );
}

function Failed({ error, onRetry }: { error: AskError; onRetry: () => void }) {
  if (error.status === 410 || error.status === 404 || error.status === 422) {
    return (
      <>
        <h1>{t("ask.gone_title")}</h1>
        <p>{t(error.status === 410 ? "ask.gone" : "ask.missing")}</p>
      </>
    );
  }

  return (
    <>
      <h1>{t("ask.title")}</h1>
      <div class="notice notice-error" role="alert">
        <Icon name="warn" />
        <p class="grow">{t(failure(error))}</p>
        <button type="button" class="button" onClick={onRetry}>{t("ask.retry")}</button>
      </div>
    </>
  );
}

function failure(error: AskError): Key {
  switch (error.status) {
  case 0:
    return "ask.error.network";
  case 429:
  case 503:
    return "ask.error.busy";
  case 413:
  case 422:
    return "ask.error.bad";
  case 404:
  case 410:
    return "ask.gone";
  default:
    return "ask.error.other";
  }
}

interface QuestionsProps {
  code: string;
  asked: Asked;
  onAnswered: (question: AskedQuestion) => void;
}

function Questions({ code, asked, onAnswered }: QuestionsProps) {
  const name = useRef("");
  const all = asked.questions;
  const done = all.filter((q) => q.answer !== null).length;

  return (
    <>
      <div class="ask-head">
        <h1>{t("ask.title")}</h1>
        <p class="ask-paper" dir="auto">{asked.paper_title}</p>
        <p>{t("ask.lead")}</p>
        <p class="notice"><Icon name="lock" /><span>{t("ask.privacy")}</span></p>
      </div>
      {all.length === 0 ? <p>{t("ask.none")}</p> : (
        <>
          <div class="field">
            <label for="ask-name">{t("ask.name")}</label>
            <input id="ask-name" type="text" autocomplete="name" maxLength={MAX_NAME} aria-describedby="ask-name-hint"
              onInput={(event) => {
                name.current = event.currentTarget.value.trim();
              }} />
            <p class="field-hint" id="ask-name-hint">{t("ask.name_hint")}</p>
          </div>
          <p class="ask-progress" role="status">
            <progress class="progress" max={all.length} value={done} aria-label={t("ask.progress", { n: done, of: all.length })} />
            <span>{done === all.length ? t("ask.done") : t("ask.progress", { n: done, of: all.length })}</span>
          </p>
          <ol class="ask-list">
            {all.map((q) => <Item key={q.id} code={code} question={q} name={() => name.current} onAnswered={onAnswered} />)}
          </ol>
        </>
      )}
      <p class="small muted">{t("ask.by")}</p>
    </>
  );
}

interface ItemProps {
  code: string;
  question: AskedQuestion;
  name: () => string;
  onAnswered: (question: AskedQuestion) => void;
}

function Item({ code, question: q, name, onAnswered }: ItemProps) {
  const [editing, setEditing] = useState(q.answer === null);
  const [state, setState] = useState<"idle" | "pending" | AskError>("idle");
  const id = `ask-${q.id}`;

  async function submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();

    const form = new FormData(event.currentTarget as HTMLFormElement);
    const text = String(form.get("text")).trim();
    const source = String(form.get("source")).trim();
    const who = name();

    if (text === "" || state === "pending") {
      return;
    }

    setState("pending");

    try {
      await putAnswer(code, q.id, { text, ...(source === "" ? {} : { source }), ...(who === "" ? {} : { name: who }) });
      setState("idle");
      setEditing(false);
      onAnswered({ ...q, answer: { text, source: source || null, answered_by: who || null,
        answered_at: new Date().toISOString() } });
    } catch (error) {
      setState(error as AskError);
    }
  }

  return (
    <li class={`ask-item${q.answer !== null ? " ask-answered" : ""}`}>
      <h2 id={id} dir="auto">{q.question}</h2>
      {q.answer !== null && !editing ? (
        <>
          <p class="ask-answer" dir="auto">{q.answer.text}</p>
          <p class="ask-saved small">
            <Icon name="check" size={16} />
            {q.answer.answered_by === null ? t("ask.saved")
              : t("ask.saved_by", { name: q.answer.answered_by, date: formatDate(q.answer.answered_at) })}
          </p>
          <p><button type="button" class="button button-small" aria-describedby={id} onClick={() => setEditing(true)}>
            {t("ask.change")}
          </button></p>
        </>
      ) : (
        <form class="form" onSubmit={(event) => void submit(event)}>
          <div class="field">
            <label for={`${id}-text`}>{t("ask.answer")}</label>
            <textarea id={`${id}-text`} name="text" rows={3} required maxLength={MAX_ANSWER} aria-describedby={id}
              defaultValue={q.answer?.text ?? ""} />
          </div>
          <div class="field">
            <label for={`${id}-source`}>{t("ask.source")}</label>
            <input id={`${id}-source`} name="source" type="text" maxLength={MAX_SOURCE} aria-describedby={id}
              defaultValue={q.answer?.source ?? ""} />
          </div>
          {typeof state === "object" && <p class="field-error" role="alert">{t(failure(state))}</p>}
          <p>
            <button type="submit" class="button button-primary" disabled={state === "pending"}>
              {t(state === "pending" ? "ask.saving" : "ask.save")}
            </button>
          </p>
        </form>
      )}
    </li>
  );
}
