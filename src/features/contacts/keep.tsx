import { createSignal, Show } from "solid-js";
import { Button } from "../../components/button";
import { t } from "../../i18n";
import { TESTID } from "../../testids";
import { AddContact } from "./add";

/** Offers to keep whom a payment just went to. */
export function KeepContact(props: { address: string }) {
  const [adding, setAdding] = createSignal(false);
  const [kept, setKept] = createSignal(false);
  return (
    <>
      <Show when={!kept()}>
        <Button kind="plain" icon="person" data-testid={TESTID.contactKeep} onClick={() => setAdding(true)}>
          {t("contacts.keep")}
        </Button>
      </Show>
      <AddContact open={adding()} address={props.address} onClose={() => setAdding(false)} onKept={() => setKept(true)} />
    </>
  );
}
