import { For, Show } from "solid-js";
import { Button } from "../../components/button";
import { Notice } from "../../components/states";
import { locale, t } from "../../i18n";
import type { ProvenBackup } from "../../ipc/types";
import { makeIntent } from "../../lib/request-id";
import { formatExact } from "../../lib/time";
import { useAnswer, useCommand } from "../../query/use";
import { TESTID } from "../../testids";
import { Ago } from "../money";
import { Awaiting, ErrorNotice } from "../notice";
import { useWallets } from "../wallets";
import { HealthRow } from "./health-row";
import { drillHealth } from "./model";
import "./backup.css";

function Found(props: { proven: ProvenBackup }) {
  const wallets = useWallets();
  const lacking = () =>
    props.proven.lacking.map((id) => wallets.all().find((wallet) => wallet.id === id)?.name ?? t("drill.unnamed")).join(", ");
  const whole = () => props.proven.lacking.length === 0;
  return (
    <Notice tone={whole() ? "good" : "caution"} title={t(whole() ? "drill.found" : "drill.lacks")} testId={TESTID.drillFound} live>
      <p class="backup-path">{props.proven.path}</p>
      <p>
        {t("drill.written")} {formatExact(props.proven.written_at, locale())}. {t("drill.brings")}
      </p>
      <ul class="drill-wallets">
        <For each={props.proven.wallets}>
          {(wallet) => (
            <li>
              <strong>{wallet.name}</strong>, {t(`network.${wallet.network}`)}, {t(`script.${wallet.script_type}`)}: {t(wallet.has_seed ? "drill.seed" : "drill.no_seed")},{" "}
              {t("drill.labels", { count: wallet.labels })}, {t("drill.locked", { count: wallet.locked_coins })}
            </li>
          )}
        </For>
      </ul>
      <Show when={!whole()}>
        <p>{t("drill.lacking", { count: props.proven.lacking.length, names: lacking() })}</p>
      </Show>
      <p class="quiet small">{t("drill.nothing")}</p>
    </Notice>
  );
}

/** The last backup, opened as if it were needed: the only proof that it is one. */
export function RestoreDrill() {
  const health = useAnswer("cmd_get_backup_health", () => []);
  const intent = makeIntent();
  const prove = useCommand("cmd_prove_backup", { quiet: true });
  const known = () => (health.isPending || health.isError ? undefined : health.data);
  const stands = () => drillHealth(known());
  const run = (choose: boolean): void => {
    intent.done();
    prove.mutate([{ request_id: intent.id(), choose }], { onSuccess: () => intent.done() });
  };
  return (
    <div class="drill" data-testid={TESTID.drill} data-health={stands()}>
      <HealthRow
        health={stands()}
        title={t("drill.title")}
        text={
          <>
            <Show when={known()?.proven_at} fallback={t(stands() === "none" ? "drill.none" : "drill.never")}>
              {(at) => (
                <>
                  {t("drill.good")} <Ago at={at()} />
                </>
              )}
            </Show>
            <Show when={known()?.path}>
              {(path) => (
                <span class="backup-path drill-path">
                  {t("drill.last")}: {path()}
                </span>
              )}
            </Show>
          </>
        }
      >
        <Show when={stands() !== "none"}>
          <Button small icon="shield" disabled={prove.isPending} data-testid={TESTID.drillTry} onClick={() => run(false)}>
            {t("drill.try")}
          </Button>
        </Show>
        <Button small kind={stands() === "none" ? "quiet" : "plain"} icon="file" disabled={prove.isPending} data-testid={TESTID.drillChoose} onClick={() => run(true)}>
          {t("drill.choose")}
        </Button>
      </HealthRow>
      <Show when={prove.error}>{(error) => <ErrorNotice error={error()} />}</Show>
      <Show when={prove.data}>{(proven) => <Found proven={proven()} />}</Show>
      <Awaiting what="drill" open={prove.isPending} />
    </div>
  );
}
