/*
 * What will be sent where, said before it is.  A confidential paper has its
 * list of hosts here, and the way to change it.
 */
import { useState } from "preact/hooks";
import type { Paper } from "../api/client";
import { updatePaper } from "../api/resources";
import { formatBytes, t } from "../i18n";
import { ErrorBox } from "../ui/errors";
import { Icon } from "../ui/icons";
import { useAction } from "../ui/use-action";
import type { Estimate, Models } from "./api";

interface Props {
  paper: Paper;
  models: Models;
  byModel: boolean;
  refused: boolean;
  outbound: Estimate["outbound"];
}

export function Outbound({ paper, models, byModel, refused, outbound }: Props) {
  const host = outbound?.host ?? models.host ?? "";

  return (
    <section class={`outbound${byModel ? " outbound-leaves" : ""}`} aria-labelledby="run-leaves">
      <h3 id="run-leaves"><Icon name={byModel ? "send" : "house"} size={18} />{t("run.leaves")}</h3>
      {!byModel ? <p>{t("run.leaves_nothing")}</p> : (
        <>
          {!refused && (
            <>
              <p><strong>{t("run.leaves_text")}</strong></p>
              <p>{outbound === null ? t("run.leaves_to_unknown", { host })
                : t("run.leaves_to", { host, bytes: formatBytes(outbound.bytes) })}</p>
            </>
          )}
          {paper.unpublished && <Hosts paper={paper} host={models.host} refused={refused} />}
        </>
      )}
    </section>
  );
}

function Hosts({ paper, host, refused }: { paper: Paper; host: string | null; refused: boolean }) {
  const [sure, setSure] = useState(false);
  const hosts = paper.llm_hosts ?? [];
  const change = useAction((next: string[]) => updatePaper(paper.id, { llm_hosts: next }, null));

  return (
    <div class="confidential">
      <h4><Icon name="lock" size={16} />{t("run.confidential")}</h4>
      {hosts.length === 0 ? <p>{t("run.confidential_none")}</p> : (
        <>
          <p>{t("run.confidential_text")}</p>
          <ul class="tags">
            {hosts.map((h) => (
              <li key={h}>
                <button type="button" class="tag" disabled={change.pending} aria-label={t("run.disallow", { host: h })}
                  onClick={() => void change.run(hosts.filter((other) => other !== h))}>
                  {h}<Icon name="close" size={14} />
                </button>
              </li>
            ))}
          </ul>
        </>
      )}
      {refused && host !== null && (
        <>
          <p role="status"><Icon name="no" size={16} /> {t("run.refused", { host })}</p>
          <label class="check">
            <input type="checkbox" checked={sure} onChange={(event) => setSure(event.currentTarget.checked)} />
            <span>{t("run.allow_sure", { host })}</span>
          </label>
          <p>
            <button type="button" class="button" disabled={!sure || change.pending}
              onClick={() => void change.run([...hosts, host])}>
              <Icon name="check" size={16} />{change.pending ? t("state.saving") : t("run.allow", { host })}
            </button>
          </p>
        </>
      )}
      {change.error !== null && <ErrorBox error={change.error} />}
    </div>
  );
}
