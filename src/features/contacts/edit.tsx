import { createSignal, For, Show } from "solid-js";
import { Button } from "../../components/button";
import { TextArea, TextField } from "../../components/field";
import { Details } from "../../components/layout";
import { Sheet } from "../../components/sheet";
import { useToasts } from "../../components/toast";
import { t } from "../../i18n";
import type { Contact } from "../../ipc/types";
import { makeIntent } from "../../lib/request-id";
import { useCommand } from "../../query/use";
import { TESTID } from "../../testids";
import { AddressText } from "../money";
import { Awaiting, ErrorNotice } from "../notice";
import { useWalletId } from "../wallets";

/** One more address, or another one in an address's place: the system asks for it. */
function KeepAddress(props: { contactId: string; insteadOf: string | null; label: string; onBusy: (busy: boolean) => void }) {
  const walletId = useWalletId();
  const intent = makeIntent();
  const keep = useCommand("cmd_keep_contact_address", { quiet: true });
  const [address, setAddress] = createSignal("");
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (address().trim() === "" || keep.isPending) return;
    props.onBusy(true);
    keep.mutate(
      [{ request_id: intent.id(), contact_id: props.contactId, instead_of: props.insteadOf, wallet_id: walletId(), address: address().trim() }],
      {
        onSuccess: () => setAddress(""),
        onSettled: () => {
          intent.done();
          props.onBusy(false);
        },
      },
    );
  };
  return (
    <Details label={props.label}>
      <form class="stack" onSubmit={submit}>
        <Show when={keep.error}>{(error) => <ErrorNotice error={error()} />}</Show>
        <TextArea
          label={t("contacts.address")}
          hint={t("contacts.address.hint")}
          mono
          rows={3}
          value={address()}
          data-testid={TESTID.contactOtherAddress}
          onInput={(text) => {
            keep.reset();
            setAddress(text);
          }}
        />
        <Button small type="submit" disabled={address().trim() === ""} data-testid={TESTID.contactKeepAddress}>
          {t("contacts.address.keep")}
        </Button>
      </form>
    </Details>
  );
}

function Edit(props: { contact: Contact; onClose: () => void; onBusy: (busy: boolean) => void }) {
  const toasts = useToasts();
  const rename = useCommand("cmd_rename_contact", { quiet: true });
  const removeAddress = useCommand("cmd_remove_contact_address", { quiet: true });
  const remove = useCommand("cmd_remove_contact", { quiet: true });
  const [typedName, setName] = createSignal<string>();
  const [typedNote, setNote] = createSignal<string>();
  const name = () => typedName() ?? props.contact.name ?? "";
  const note = () => typedNote() ?? props.contact.note ?? "";
  const [sure, setSure] = createSignal(false);
  const error = () => rename.error ?? removeAddress.error ?? remove.error;
  const save = (event: SubmitEvent): void => {
    event.preventDefault();
    if (name().trim() === "") return;
    rename.mutate([{ contact_id: props.contact.id, name: name().trim(), note: note().trim() === "" ? null : note().trim() }], { onSuccess: props.onClose });
  };
  const takeAway = (): void => {
    if (!sure()) {
      setSure(true);
      return;
    }
    const called = props.contact.name ?? t("contacts.unnamed");
    remove.mutate([{ contact_id: props.contact.id }], {
      onSuccess: () => {
        toasts.show({ title: t("contacts.removed", { name: called }), icon: "check" });
        props.onClose();
      },
    });
  };
  return (
    <div class="stack">
      <Show when={error()}>{(failed) => <ErrorNotice error={failed()} />}</Show>
      <form class="stack" onSubmit={save}>
        <TextField
          label={t("contacts.name")}
          value={name()}
          maxLength={64}
          error={name().trim() === "" ? t("contacts.name.missing") : undefined}
          data-testid={TESTID.contactName}
          onInput={setName}
        />
        <TextField label={t("contacts.note")} hint={t("contacts.note.hint")} value={note()} maxLength={255} data-testid={TESTID.contactNote} onInput={setNote} />
        <Button type="submit" busy={rename.isPending} data-testid={TESTID.contactSave}>
          {t("action.save")}
        </Button>
      </form>
      <For each={props.contact.addresses}>
        {(address) => (
          <div class="contact-address">
            <AddressText address={address.address} />
            <KeepAddress contactId={props.contact.id} insteadOf={address.id} label={t("contacts.address.other")} onBusy={props.onBusy} />
            <div>
              <Button
                small
                kind="plain"
                disabled={removeAddress.isPending}
                data-testid={TESTID.contactRemoveAddress}
                onClick={() => removeAddress.mutate([{ contact_id: props.contact.id, address_id: address.id }])}
              >
                {t("contacts.address.remove")}
              </Button>
            </div>
          </div>
        )}
      </For>
      <KeepAddress contactId={props.contact.id} insteadOf={null} label={t("contacts.address.more")} onBusy={props.onBusy} />
      <Button kind={sure() ? "danger" : "quiet"} wide icon="trash" busy={remove.isPending} data-testid={TESTID.contactRemove} onClick={takeAway}>
        {t(sure() ? "contacts.remove.sure" : "contacts.remove")}
      </Button>
    </div>
  );
}

/** Everything that can be changed of a contact. */
export function EditContact(props: { contact: Contact | undefined; onClose: () => void }) {
  const [busy, setBusy] = createSignal(false);
  return (
    <>
      <Show when={props.contact}>
        {(contact) => (
          <Sheet open={!busy()} title={t("contacts.edit.title")} closeLabel={t("action.close")} onClose={() => props.onClose()}>
            <Edit contact={contact()} onClose={props.onClose} onBusy={setBusy} />
          </Sheet>
        )}
      </Show>
      <Awaiting what="confirm" open={busy()} />
    </>
  );
}
