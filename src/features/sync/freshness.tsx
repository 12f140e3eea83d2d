import { Show } from "solid-js";
import { Button } from "../../components/button";
import { Icon } from "../../components/icon";
import { Spinner } from "../../components/spinner";
import { Notice } from "../../components/states";
import { locale, t } from "../../i18n";
import { formatAgo, formatExact } from "../../lib/time";
import { usePlatform } from "../../platform/context";
import { TESTID } from "../../testids";
import { noticeOf } from "../notice";
import { useStanding, useSync } from "./context";
import { isOfUnknownAge } from "./model";
import "./freshness.css";

/** Up to which block, from whom, how long ago. A press looks again; while it looks, a press stops it. */
export function FreshnessChip() {
  const sync = useSync();
  const platform = usePlatform();
  const { freshness, standing, known } = useStanding();
  const progress = () => {
    const state = sync.state();
    return state.phase === "running" && state.expected > 0
      ? t("fresh.progress", { done: Math.min(state.done, state.expected), expected: state.expected })
      : t("fresh.running");
  };
  const exact = () => {
    const fresh = freshness();
    return fresh
      ? t("fresh.exact", { height: fresh.height, source: fresh.source, time: formatExact(fresh.synced_at, locale()) })
      : t("fresh.never.why");
  };
  return (
    <button
      type="button"
      class="fresh"
      data-state={standing()}
      data-height={freshness()?.height}
      data-testid={TESTID.freshness}
      title={exact()}
      onClick={() => (standing() === "running" ? sync.stop() : sync.start())}
    >
      <Show when={standing() === "running"} fallback={<span class="fresh-dot" aria-hidden="true" />}>
        <Spinner />
      </Show>
      <span>
        <Show
          when={standing() !== "running"}
          fallback={progress()}
        >
          <Show when={freshness()} fallback={known() ? t("fresh.never") : t("fresh.unknown")}>
            {(fresh) => (
              <>
                {t("fresh.block", { height: fresh().height.toLocaleString(locale()) })}
                {" · "}
                <Show
                  when={!isOfUnknownAge(fresh(), platform.clock())}
                  fallback={t("fresh.unknown")}
                >
                  {formatAgo(fresh().synced_at, platform.clock(), locale(), t("time.now"))}
                </Show>
                <span class="fresh-source"> · {fresh().source}</span>
              </>
            )}
          </Show>
        </Show>
      </span>
      <Icon name={standing() === "running" ? "close" : "sync"} />
      <span class="offscreen">{standing() === "running" ? t("fresh.stop") : t("fresh.sync")}</span>
    </button>
  );
}

/** Says that what is on the screen is not the newest, and since when. */
export function StaleBanner() {
  const sync = useSync();
  const platform = usePlatform();
  const { freshness, standing } = useStanding();
  const failure = () => {
    const state = sync.state();
    return state.phase === "failed" ? state.error : undefined;
  };
  const isOfNoAge = () => {
    const fresh = freshness();
    return fresh !== null && isOfUnknownAge(fresh, platform.clock());
  };
  const asOf = () => {
    const fresh = freshness();
    if (fresh && isOfNoAge()) return t("stale.no_age", { height: fresh.height.toLocaleString(locale()) });
    return fresh
      ? t("stale.as_of", {
          height: fresh.height.toLocaleString(locale()),
          ago: formatAgo(fresh.synced_at, platform.clock(), locale(), t("time.now")),
        })
      : t("stale.nothing");
  };
  return (
    <Show when={standing() === "failed" || standing() === "old"}>
      <Notice
        tone="caution"
        icon="clock"
        testId={TESTID.staleBanner}
        live
        title={asOf()}
        actions={
          <Button small icon="sync" onClick={() => sync.start()}>
            {t("fresh.sync")}
          </Button>
        }
      >
        <p>
          <Show when={failure()} fallback={t(isOfNoAge() ? "stale.clock" : "stale.old")}>
            {(error) => (
              <>
                {noticeOf(error()).title} {noticeOf(error()).advice}
              </>
            )}
          </Show>
        </p>
      </Notice>
    </Show>
  );
}
