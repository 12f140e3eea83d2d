import { createSignal, onCleanup } from "solid-js";
import { useToasts } from "../../components/toast";
import { locale, t } from "../i18n";
import { useHub } from "../ipc/context";
import { CID } from "../testids";

/** Says aloud what comes by itself, and shows what should not be missed. */
export function Announcer() {
  const toasts = useToasts();
  const [said, setSaid] = createSignal("");
  onCleanup(
    useHub().listen((event) => {
      switch (event.type) {
        case "new_block":
          setSaid(t("live.block", { height: event.height.toLocaleString(locale()), count: event.transactions }));
          if (event.replaced > 0) {
            toasts.show({ title: t("live.replaced", { count: event.replaced }), text: t("live.replaced.text"), icon: "warning", about: "replaced" });
          }
          break;
        case "connection_lost":
          setSaid(t("live.lost"));
          break;
        case "connection_restored":
          setSaid(t("live.restored"));
          toasts.show({ title: t("live.restored"), icon: "check", about: "line" });
          break;
        // One would never stop speaking.
        case "new_transactions":
        case "stale":
          break;
      }
    }),
  );
  return (
    <p class="offscreen" role="status" aria-live="polite" data-testid={CID.live}>
      {said()}
    </p>
  );
}
