import { onMount, Show } from "solid-js";
import { Button } from "../components/button";
import { Mark } from "../components/icon";
import { Awaiting, ErrorNotice } from "../features/notice";
import { Outside } from "../features/shell";
import { useUnlock } from "../features/session";
import { t } from "../i18n";
import { TESTID } from "../testids";

/** Locked: one button, which opens the sealed window. At the start it is pressed by itself. */
export default function Unlock(props: { auto: boolean }) {
  const unlock = useUnlock();
  const ask = (): void => {
    if (unlock.isPending) return;
    unlock.mutate([]);
  };
  onMount(() => {
    if (props.auto) ask();
  });
  return (
    <Outside narrow bare>
      <span class="hero-art">
        <Mark />
      </span>
      <div class="hero">
        <h1 class="hero-title">{t("unlock.title")}</h1>
        <p class="hero-text">{t("unlock.text")}</p>
      </div>
      <Show when={unlock.error}>{(error) => <ErrorNotice error={error()} />}</Show>
      <Show when={unlock.data === false && !unlock.isPending}>
        <p class="quiet">{t("unlock.closed")}</p>
      </Show>
      <Button kind="primary" wide icon="unlock" busy={unlock.isPending} data-testid={TESTID.unlock} onClick={ask}>
        {t("unlock.act")}
      </Button>
      <Awaiting what="passphrase" open={unlock.isPending} />
    </Outside>
  );
}
