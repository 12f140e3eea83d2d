import { createSignal, Show } from "solid-js";
import { Button } from "../../components/button";
import { TextArea, TextField } from "../../components/field";
import { Sheet } from "../../components/sheet";
import { useToasts } from "../../components/toast";
import { t } from "../../i18n";
import { makeIntent } from "../../lib/request-id";
import { useCommand } from "../../query/use";
import { TESTID } from "../../testids";
import { Awaiting, ErrorNotice } from "../notice";
import { useWalletId } from "../wallets";

/** Keeps somebody: name and address are typed here, and agreed to in a question of the system. */
export function AddContact(props: { open: boolean; address?: string | undefined; onClose: () => void; onKept?: () => void }) {
  const walletId = useWalletId();
  const toasts = useToasts();
  const intent = makeIntent();
  const add = useCommand("cmd_add_contact", { quiet: true });
  const [name, setName] = createSignal("");
  const [typed, setTyped] = createSignal<string>();
  const [note, setNote] = createSignal("");
  const [tried, setTried] = createSignal(false);
  const address = () => typed() ?? props.address ?? "";
  const changed = (): void => {
    intent.done();
    add.reset();
  };
  const close = (): void => {
    changed();
    setName("");
    setTyped(undefined);
    setNote("");
    setTried(false);
    props.onClose();
  };
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    setTried(true);
    const called = name().trim();
    if (called === "" || address().trim() === "" || add.isPending) return;
    add.mutate([{ request_id: intent.id(), wallet_id: walletId(), name: called, note: note().trim() === "" ? null : note().trim(), address: address().trim() }], {
      onSuccess: () => {
        toasts.show({ title: t("contacts.kept", { name: called }), icon: "check" });
        props.onKept?.();
        close();
      },
    });
  };
  return (
    <>
      <Sheet open={props.open && !add.isPending} title={t("contacts.add")} closeLabel={t("action.close")} onClose={close}>
        <form class="stack" onSubmit={submit}>
          <Show when={add.error}>{(error) => <ErrorNotice error={error()} />}</Show>
          <TextField
            label={t("contacts.name")}
            value={name()}
            maxLength={64}
            error={tried() && name().trim() === "" ? t("contacts.name.missing") : undefined}
            data-testid={TESTID.contactName}
            onInput={(text) => {
              changed();
              setName(text);
            }}
          />
          <TextArea
            label={t("contacts.address")}
            hint={t("contacts.address.hint")}
            error={tried() && address().trim() === "" ? t("contacts.address.missing") : undefined}
            mono
            rows={3}
            value={address()}
            data-testid={TESTID.contactAddress}
            onInput={(text) => {
              changed();
              setTyped(text);
            }}
          />
          <TextField
            label={t("contacts.note")}
            hint={t("contacts.note.hint")}
            value={note()}
            maxLength={255}
            data-testid={TESTID.contactNote}
            onInput={(text) => {
              changed();
              setNote(text);
            }}
          />
          <p class="quiet small">{t("contacts.submit.note")}</p>
          <Button kind="primary" wide type="submit" data-testid={TESTID.contactSubmit}>
            {t("contacts.submit")}
          </Button>
        </form>
      </Sheet>
      <Awaiting what="confirm" open={add.isPending} />
    </>
  );
}
