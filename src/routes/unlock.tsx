import { createSignal, onMount, Show } from "solid-js";
import { Button } from "../components/button";
import { Mark } from "../components/icon";
import { Awaiting, ErrorNotice } from "../features/notice";
import { Outside } from "../features/shell";
import { useUnlock } from "../features/session";
import { t } from "../i18n";
import { useAnswer } from "../query/use";
import { TESTID } from "../testids";

/** Locked: one button, which opens the sealed window. At the start it is pressed by itself. */
export default function Unlock(props: { auto: boolean }) {
  const unlock = useUnlock();
  const [byKeychain, setByKeychain] = createSignal(false);
  const keychain = useAnswer("cmd_keychain_status", () => []);
  const ask = (): void => {
    if (unlock.isPending) return;
    setByKeychain(false);
    unlock.mutate([null]);
  };
  const askKeychain = (): void => {
    if (unlock.isPending) return;
    setByKeychain(true);
    unlock.mutate([{ by: "keychain" }]);
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
      <Show when={keychain.data?.set_up ? keychain.data : undefined}>
        {(is) => (
          <Button wide icon="key" busy={unlock.isPending} data-testid={TESTID.unlockByKeychain} onClick={askKeychain}>
            {t("unlock.keychain", { name: is().name })}
          </Button>
        )}
      </Show>
      <Awaiting what="passphrase" open={unlock.isPending && !byKeychain()} />
    </Outside>
  );
}
