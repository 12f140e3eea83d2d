import { useNavigate } from "@solidjs/router";
import { For, Show } from "solid-js";
import { Button } from "../../components/button";
import { Notice } from "../../components/states";
import { t } from "../../i18n";
import { useAnswer } from "../../query/use";
import { TESTID } from "../../testids";

/** Says that coins are to be moved, until they were. */
export function SweepBanner() {
  const navigate = useNavigate();
  const list = useAnswer("cmd_list_sweeps", () => []);
  const sweeps = () => (list.isPending || list.isError ? [] : list.data.sweeps);
  return (
    <Show when={sweeps().length > 0}>
      <div class="stack">
        <For each={sweeps()}>
          {(sweep) => (
            <Notice
              tone={sweep.step === "wait" || sweep.step === "put_away" ? "caution" : "danger"}
              title={t("sweep.banner", { name: sweep.name })}
              testId={TESTID.sweepBanner}
              actions={
                <Button small kind="primary" data-testid={TESTID.sweepOpen} onClick={() => navigate(`/devices/sweep/${sweep.wallet_id}`)}>
                  {t(sweep.step === "begin" ? "sweep.banner.begin" : "sweep.banner.go_on")}
                </Button>
              }
            >
              <p>
                {t(sweep.step === "elsewhere" ? "sweep.banner.elsewhere" : sweep.step === "wait" ? "sweep.banner.wait" : "sweep.banner.text", {
                  devices: sweep.lost.join(", "),
                })}
              </p>
            </Notice>
          )}
        </For>
      </div>
    </Show>
  );
}
