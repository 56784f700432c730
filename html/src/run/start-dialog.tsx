/*
 * Before an analysis: what is to be done, what it will cost and what will be
 * sent where.  The estimate follows the settings.
 */
import { useEffect, useRef, useState } from "preact/hooks";
import { ApiError, type Paper } from "../api/client";
import { useQuery } from "../api/query";
import { modelsQuery } from "../api/resources";
import { useNavigation } from "../app/navigation";
import { formatNumber, language, t, type Key, type Language } from "../i18n";
import { Dialog } from "../ui/dialog";
import { ErrorBox } from "../ui/errors";
import { Icon } from "../ui/icons";
import { Skeleton } from "../ui/skeleton";
import { useAction } from "../ui/use-action";
import { estimateQuery, startRun, type Models } from "./api";
import { BudgetNote, EstimatePanel } from "./estimate-panel";
import { Outbound } from "./outbound-panel";
import { firstSettings, hostRefused, limitIsBad, requestOf, TYPES, WEIGHTS, type RunSettings, type WeightName }
  from "./settings";

const SETTLE_MS = 300;

interface Props {
  paper: Paper;
  onClose: () => void;
}

export function StartDialog({ paper, onClose }: Props) {
  const models = useQuery(modelsQuery());

  return (
    <Dialog title={t("run.title")} onClose={onClose} wide>
      <p class="muted run-paper" dir="auto">{paper.title}</p>
      {models.error !== null ? (
        <ErrorBox error={models.error} onRetry={() => void models.refetch()} />
      ) : models.data === undefined ? (
        <Skeleton rows={6} />
      ) : (
        <StartForm paper={paper} models={models.data} onClose={onClose} />
      )}
    </Dialog>
  );
}

/* The value once it has been left alone for a moment. */
function useSettled<T>(value: T): T {
  const [settled, setSettled] = useState(value);
  const text = JSON.stringify(value);

  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), SETTLE_MS);

    return () => clearTimeout(timer);
  }, [text]);

  return settled;
}

function StartForm({ paper, models, onClose }: Props & { models: Models }) {
  const { go } = useNavigation();
  const [settings, setSettings] = useState<RunSettings>(() => firstSettings(models, language.peek()));
  const set = (change: Partial<RunSettings>) => setSettings((old) => ({ ...old, ...change }));
  const request = requestOf(settings);
  const settled = useSettled(request);
  const byModel = settings.engine === "openai";
  const refused = byModel && hostRefused(paper, models.host);
  const estimate = useQuery({ ...estimateQuery(paper.id, settled), placeholderData: (old) => old,
    enabled: !limitIsBad(settings) });
  const start = useAction(async () => {
    const id = await startRun(paper.id, request);

    onClose();
    go(`/analyses/${id}`);
  });
  const fresh = estimate.data?.engine === settings.engine ? estimate.data : undefined;
  const behind = estimate.isFetching || JSON.stringify(settled) !== JSON.stringify(request);

  return (
    <form class="run" onSubmit={(event) => {
      event.preventDefault();
      void start.run();
    }}>
      <div class="run-settings">
        <Engines models={models} chosen={settings.engine} onChoose={(engine) => set({ engine })} />
        {byModel && <Types models={models} chosen={settings.type} onChoose={(type) => set({ type })} />}
        <div class="field-pair">
          <div class="field">
            <label for="run-language">{t("run.language")}</label>
            <select id="run-language" value={settings.language}
              onChange={(event) => set({ language: event.currentTarget.value as Language })}>
              <option value="en" lang="en">English</option>
              <option value="zh" lang="zh-CN">简体中文</option>
            </select>
          </div>
          {byModel && <Limit settings={settings} onChange={(limit) => set({ limit })} />}
        </div>
        <More settings={settings} byModel={byModel} set={set} />
      </div>
      <div class="run-summary">
        <Outbound paper={paper} models={models} byModel={byModel} refused={refused} outbound={fresh?.outbound ?? null} />
        {(byModel || fresh !== undefined) && (
          <EstimatePanel estimate={fresh} error={estimate.error} behind={behind}
            onRetry={() => void estimate.refetch()} />
        )}
        {start.error !== null && (
          start.error instanceof ApiError && start.error.code === "BUDGET_EXCEEDED"
            ? <BudgetNote details={start.error.details} /> : <ErrorBox error={start.error} />
        )}
        <div class="run-confirm">
          <button type="submit" class="button button-primary" disabled={start.pending || refused || limitIsBad(settings)}>
            <Icon name="play" size={16} />
            {start.pending ? t("run.starting")
              : byModel ? t("run.start_model", { host: models.host ?? "" }) : t("run.start_free")}
          </button>
          <button type="button" class="button" onClick={onClose}>{t("action.cancel")}</button>
        </div>
      </div>
    </form>
  );
}

interface EnginesProps {
  models: Models;
  chosen: RunSettings["engine"];
  onChoose: (engine: RunSettings["engine"]) => void;
}

function Engines({ models, chosen, onChoose }: EnginesProps) {
  const model = models.engines.includes("openai");

  return (
    <fieldset class="choice">
      <legend>{t("run.engine")}</legend>
      <div class="options">
        <label class="option">
          <input type="radio" name="engine" value="embedded" checked={chosen === "embedded"}
            onChange={() => onChoose("embedded")} />
          <span>
            <strong>{t("run.embedded")}</strong>
            <span class="small muted">{t("run.embedded_note")}</span>
          </span>
        </label>
        <label class={`option${model ? "" : " option-off"}`}>
          <input type="radio" name="engine" value="openai" checked={chosen === "openai"} disabled={!model}
            onChange={() => onChoose("openai")} />
          <span>
            <strong>{model ? models.model : t("run.model_none")}</strong>
            {model && <span class="small option-host">{t("run.at_host", { host: models.host ?? "" })}</span>}
            <span class="small muted">{t(model ? "run.model_note" : "run.model_none_note")}</span>
          </span>
        </label>
      </div>
    </fieldset>
  );
}

interface TypesProps {
  models: Models;
  chosen: RunSettings["type"];
  onChoose: (type: RunSettings["type"]) => void;
}

function Types({ models, chosen, onChoose }: TypesProps) {
  return (
    <fieldset class="choice">
      <legend>{t("run.type")}</legend>
      <div class="options options-three">
        {TYPES.map((type) => (
          <label key={type} class="option">
            <input type="radio" name="type" value={type} checked={chosen === type} onChange={() => onChoose(type)} />
            <span>
              <strong>{t(`run.type.${type}` as Key)}</strong>
              {models.plans[type] !== undefined && (
                <span class="small">{t("run.calls", { n: models.plans[type].calls })}</span>
              )}
              <span class="small muted">{t(`run.type_note.${type}` as Key)}</span>
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

function Limit({ settings, onChange }: { settings: RunSettings; onChange: (limit: string) => void }) {
  const bad = limitIsBad(settings);

  return (
    <div class="field">
      <label for="run-limit">{t("run.limit")}</label>
      <input id="run-limit" type="text" inputMode="decimal" autocomplete="off" maxLength={16}
        value={settings.limit} aria-invalid={bad ? "true" : undefined}
        aria-describedby={bad ? "run-limit-error" : "run-limit-hint"}
        onInput={(event) => onChange(event.currentTarget.value)} />
      {bad ? <p class="field-error" id="run-limit-error">{t("run.limit_bad")}</p>
        : <p class="field-hint" id="run-limit-hint">{t("run.limit_hint")}</p>}
    </div>
  );
}

interface MoreProps {
  settings: RunSettings;
  byModel: boolean;
  set: (change: Partial<RunSettings>) => void;
}

function More({ settings, byModel, set }: MoreProps) {
  return (
    <details class="more">
      <summary>{t(byModel ? "run.more" : "run.weights")}</summary>
      <div class="form">
        {byModel && (
          <>
            <div class="field">
              <label for="run-focus">{t("run.focus")}</label>
              <textarea id="run-focus" rows={3} maxLength={4000} value={settings.focus} aria-describedby="run-focus-hint"
                onInput={(event) => set({ focus: event.currentTarget.value })} />
              <p class="field-hint" id="run-focus-hint">{t("run.focus_hint")}</p>
            </div>
            <div class="field">
              <label for="run-context">{t("run.context")}</label>
              <textarea id="run-context" rows={3} maxLength={2000} value={settings.context}
                aria-describedby="run-context-hint" onInput={(event) => set({ context: event.currentTarget.value })} />
              <p class="field-hint" id="run-context-hint">{t("run.context_hint")} {t("run.context_sent")}</p>
            </div>
          </>
        )}
        <fieldset class="choice weights">
          <legend>{t("run.weights")}</legend>
          <p class="field-hint">{t("run.weights_hint")}</p>
          {(Object.keys(WEIGHTS) as WeightName[]).map((name) => (
            <Weight key={name} name={name} value={settings.weights[name]}
              onChange={(value) => set({ weights: { ...settings.weights, [name]: value } })} />
          ))}
          <button type="button" class="button button-small" onClick={() => set({ weights: { ...WEIGHTS } })}>
            {t("run.weights_reset")}
          </button>
        </fieldset>
      </div>
    </details>
  );
}

function Weight({ name, value, onChange }: { name: WeightName; value: number; onChange: (value: number) => void }) {
  const id = useRef(`run-weight-${name}`).current;

  return (
    <div class="weight">
      <label for={id}>{t(`part.${name}` as Key)}</label>
      <input id={id} type="range" min={0} max={100} step={5} value={value}
        onInput={(event) => onChange(Number(event.currentTarget.value))} />
      <output for={id} class="number">{formatNumber(value)}</output>
    </div>
  );
}
