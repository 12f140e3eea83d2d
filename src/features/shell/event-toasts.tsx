import { useNavigate } from "@solidjs/router";
import { onCleanup } from "solid-js";
import { useToasts, type ToastText } from "../../components/toast";
import { locale, t } from "../../i18n";
import type { EventHub } from "../../ipc/events";
import type { AppEvent } from "../../ipc/types";
import { amountText, type Unit } from "../../lib/format-sats";
import { useSession } from "../session";

/** What an event from Rust says to the person, if anything. */
export function toastOf(event: AppEvent, unit: Unit, open: (txid: string) => void): ToastText | undefined {
  switch (event.type) {
    case "received":
      return {
        about: event.txid,
        title: t(event.confirmed ? "toast.received" : "toast.receiving", { amount: amountText(event.amount, unit) }),
        text: t(event.confirmed ? "toast.received.text" : "toast.receiving.text"),
        icon: "receive",
        tone: event.confirmed ? "received" : "pending",
        action: { label: t("toast.see"), run: () => open(event.txid) },
      };
    case "confirmed":
      return {
        about: event.txid,
        title: t("toast.confirmed"),
        text: t("toast.confirmed.text", { height: event.height.toLocaleString(locale()) }),
        icon: "check",
        tone: "received",
        action: { label: t("toast.see"), run: () => open(event.txid) },
      };
    case "replaced":
      return {
        about: event.by,
        title: t("toast.replaced"),
        text: t("toast.replaced.text"),
        icon: "info",
        tone: "pending",
        action: { label: t("toast.see"), run: () => open(event.by) },
      };
    case "noticed":
      // What is to be known stands on Home until it is put away; this only says that it does.
      return {
        ...(event.replaced_by === null ? {} : { about: event.replaced_by }),
        title: t(`alert.${event.what}`),
        text: t(event.what === "device_added" ? "alert.look.everywhere" : "alert.look"),
        icon: "warning",
        tone: "danger",
      };
    case "keychain_dropped":
      return { title: t("toast.keychain_dropped"), text: t("toast.keychain_dropped.text"), icon: "info", tone: "pending" };
    case "device_copied":
      return { title: t("toast.device_copied"), text: t("toast.device_copied.text"), icon: "warning", tone: "danger" };
    case "database_damaged":
      return { title: t("toast.database_damaged"), text: t("toast.database_damaged.text"), icon: "warning", tone: "danger" };
    default:
      return undefined;
  }
}

/** Shows notes about what happened while one looked elsewhere. */
export function EventToasts(props: { hub: EventHub }) {
  const toasts = useToasts();
  const session = useSession();
  const navigate = useNavigate();
  onCleanup(
    // The hub does not change while the page lives; the listener reads what it needs when an event comes.
    // eslint-disable-next-line solid/reactivity
    props.hub.listen((event) => {
      const toast = toastOf(event, session.settings().unit, (txid) => navigate(`/activity/${txid}`));
      if (toast) toasts.show(toast);
    }),
  );
  return null;
}
