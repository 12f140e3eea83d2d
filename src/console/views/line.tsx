import { A } from "@solidjs/router";
import { For, Match, Show, Switch } from "solid-js";
import { Notice } from "../../components/states";
import { Ago } from "../../parts/when";
import { locale, t } from "../i18n";
import type { NodeHealth } from "../ipc/types";
import { lineStateOf, remedyOf, toldProblems } from "../lib/problems";
import { CID } from "../testids";

/** How the line to the node is, in a word, always in sight. */
export function LineChip(props: { health: NodeHealth | undefined }) {
  const state = () => lineStateOf(props.health);
  return (
    <A class="line-chip" href="/connection" data-state={state()} data-testid={CID.line}>
      <span class="line-dot" aria-hidden="true" />
      <span>
        <Switch fallback={t(`line.${state()}`)}>
          <Match when={state() === "down" && props.health?.last_answer}>
            {(at) => (
              <>
                {t("line.since")} <Ago at={at()} />
              </>
            )}
          </Match>
          <Match when={state() === "up" && props.health?.height !== null && props.health}>
            {(health) => <>{t("line.block", { height: (health().height ?? 0).toLocaleString(locale()) })}</>}
          </Match>
        </Switch>
      </span>
    </A>
  );
}

/** What is wrong with the node, the serious first; its own words are quoted as its own. */
export function Problems(props: { health: NodeHealth | undefined; here: string }) {
  return (
    <Show when={toldProblems(props.health).length > 0}>
      <div class="stack" role="group" aria-label={t("problem.group")}>
        <For each={toldProblems(props.health)}>
          {(problem) => (
            <div data-testid={CID.problem} data-kind={problem.kind}>
              <Notice
                tone={problem.serious ? "danger" : "caution"}
                title={t(`problem.${problem.kind}`)}
                actions={
                  <Show when={remedyOf(problem.kind) === "connection" && props.here !== "/connection"}>
                    <A class="link-quiet" href="/connection">
                      {t("fail.to_connection")}
                    </A>
                  </Show>
                }
              >
                <p>{t(`problem.${problem.kind}.text`)}</p>
                <p class="words">
                  {problem.message} · <Ago at={problem.since} />
                </p>
              </Notice>
            </div>
          )}
        </For>
      </div>
    </Show>
  );
}
