import { createSignal, onCleanup, Show } from "solid-js";
import { t } from "../../i18n";
import { usePlatform } from "../../platform/context";
import { TESTID } from "../../testids";
import { timeLeft } from "./model";

const SECOND = 1_000;

/** How long something is good for, second by second. Read out once, not each second. */
export function Countdown(props: { until: number; late: string }) {
  const platform = usePlatform();
  const [now, setNow] = createSignal(platform.now());
  const timer = setInterval(() => setNow(platform.now()), SECOND);
  onCleanup(() => clearInterval(timer));
  return (
    <p class="quiet small countdown" role="timer" data-testid={TESTID.hostLeft}>
      <Show when={timeLeft(props.until, now())} fallback={props.late}>
        {(time) => <>{t("host.left", { time: time() })}</>}
      </Show>
    </p>
  );
}
