import { Show } from "solid-js";
import { ActionRow, Card, Section } from "../../components/layout";
import { useToasts } from "../../components/toast";
import { t } from "../../i18n";
import { makeIntent } from "../../lib/request-id";
import { useCommand } from "../../query/use";
import { TESTID } from "../../testids";
import { Awaiting, ErrorNotice } from "../notice";
import { useLock } from "../session";
import { AutoLock } from "./display";
import { KeychainRow } from "./keychain";

/** Locking and the passphrase. */
export function SecuritySettings() {
  const toasts = useToasts();
  const lock = useLock();
  const intent = makeIntent();
  const change = useCommand("cmd_set_passphrase", { quiet: true });
  const run = (): void =>
    change.mutate([{ request_id: intent.id(), wallet_id: null }], {
      onSuccess: () => {
        intent.done();
        toasts.show({ title: t("passphrase.changed"), icon: "key", tone: "received" });
      },
    });
  return (
    <Section title={t("settings.security")}>
      <Card>
        <AutoLock />
      </Card>
      <Show when={change.error}>{(error) => <ErrorNotice error={error()} />}</Show>
      <Card tight>
        <ActionRow icon="key" title={t("passphrase.change")} text={t("passphrase.change.text")} onPress={run} data-testid={TESTID.changePassphrase} />
        <KeychainRow />
        <ActionRow icon="lock" title={t("lock.now")} text={t("lock.now.text")} onPress={() => lock.mutate([])} data-testid={TESTID.lock} />
      </Card>
      <Awaiting what="passphrase_new" open={change.isPending} />
    </Section>
  );
}
