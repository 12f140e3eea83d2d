import { Show } from "solid-js";
import { ActionRow } from "../../components/layout";
import { useToasts } from "../../components/toast";
import { t } from "../../i18n";
import type { KeychainStatus } from "../../ipc/types";
import { makeIntent } from "../../lib/request-id";
import { useAnswer, useCommand } from "../../query/use";
import { TESTID } from "../../testids";
import { Awaiting, ErrorNotice } from "../notice";
import { keychainText } from "./model";

/** Lets the system's keychain open the wallet, or stops it. */
export function KeychainRow() {
  const toasts = useToasts();
  const intent = makeIntent();
  const status = useAnswer("cmd_keychain_status", () => []);
  const add = useCommand("cmd_enrol_keychain", { quiet: true });
  const remove = useCommand("cmd_remove_keychain", { quiet: true });
  const request = () => ({ request_id: intent.id(), wallet_id: null });
  const toggle = (is: KeychainStatus): void => {
    // A refusal is an answer too: pressing the row again is another intent.
    const onSettled = (): void => intent.done();
    if (is.set_up)
      remove.mutate([request()], {
        onSettled,
        onSuccess: (done) =>
          toasts.show({ title: t("keychain.removed"), ...(done.item_left ? { text: t("keychain.removed.left") } : {}), icon: "check" }),
      });
    else add.mutate([request()], { onSettled, onSuccess: () => toasts.show({ title: t("keychain.added"), icon: "check" }) });
  };
  return (
    <Show when={status.data}>
      {(is) => (
        <>
          <Show when={add.error ?? remove.error}>{(error) => <ErrorNotice error={error()} />}</Show>
          <ActionRow
            icon="unlock"
            title={t(is().set_up ? "keychain.stop" : "keychain.use")}
            text={t(keychainText(is()), { name: is().name })}
            disabled={!is().set_up && is().fault !== null}
            onPress={() => toggle(is())}
            data-testid={TESTID.keychain}
          />
          <Awaiting what="confirm" open={add.isPending || remove.isPending} />
        </>
      )}
    </Show>
  );
}
