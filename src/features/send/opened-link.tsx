import { useLocation, useNavigate } from "@solidjs/router";
import { onCleanup, onMount } from "solid-js";
import { useToasts } from "../../components/toast";
import { t } from "../../i18n";
import { useBackend } from "../../ipc/context";
import { toIpcError } from "../../ipc/error";
import type { EventHub } from "../../ipc/events";
import type { OpenedLink } from "../../ipc/types";
import { noticeOf } from "../notice";
import { useWalletId } from "../wallets";
import { useSendFlow } from "./flow";

/**
 * Takes a payment link that another program opened, and does with it what pasting its text would: the screen is filled
 * and nothing more happens. Who is in the middle of a payment is asked first. A link that came while it was locked waits
 * in Rust.
 */
export function OpenedLinks(props: { hub: EventHub }) {
  const backend = useBackend();
  const flow = useSendFlow();
  const walletId = useWalletId();
  const toasts = useToasts();
  const navigate = useNavigate();
  const location = useLocation();

  const fill = async (link: OpenedLink): Promise<void> => {
    // Nothing is lost if it fails: the link is on the screen by then, or is offered again.
    backend.call("cmd_dismiss_link", { number: link.number }).catch(() => undefined);
    flow.restart();
    flow.say({ text: link.text });
    try {
      flow.takeTarget(await backend.call("cmd_parse_payment", { wallet_id: walletId(), text: link.text }));
      navigate("/send/amount");
    } catch (thrown) {
      navigate("/send");
      const words = noticeOf(toIpcError(thrown));
      toasts.show({ title: words.title, text: words.advice, tone: "danger", icon: "warning" });
    }
  };
  const look = async (): Promise<void> => {
    let link: OpenedLink | null;
    try {
      link = await backend.call("cmd_get_link");
    } catch {
      return;
    }
    if (link === null) return;
    const busy = location.pathname.startsWith("/send") && flow.said().text.trim() !== "";
    if (!busy) return fill(link);
    const waiting = link;
    toasts.show({
      about: "link",
      title: t("send.link"),
      text: t("send.link.busy"),
      icon: "send",
      action: { label: t("send.link.use"), run: () => void fill(waiting) },
    });
  };
  onMount(() => void look());
  onCleanup(
    // The hub does not change while the page lives; the listener reads what it needs when an event comes.
    // eslint-disable-next-line solid/reactivity
    props.hub.listen((event) => {
      if (event.type === "link_waiting") void look();
    }),
  );
  return null;
}
