import { A, useNavigate } from "@solidjs/router";
import { createSignal, For, Show } from "solid-js";
import { Button } from "../../components/button";
import { TextField } from "../../components/field";
import { ActionRow, Card } from "../../components/layout";
import { Sheet } from "../../components/sheet";
import { EmptyState, Skeleton } from "../../components/states";
import { MorePages } from "../../components/more-pages";
import { t } from "../../i18n";
import { flattened } from "../../query/pages-query";
import { useCommand, usePages } from "../../query/use";
import { TESTID } from "../../testids";
import { ShortAddress } from "../money";
import { ErrorNotice, QueryView } from "../notice";
import { useSendFlow } from "../send";
import { useWalletId, useWallets } from "../wallets";
import { choices, type Choice } from "./model";
import { takeContact } from "./take";
import "./contacts.css";

const PAGE = 50;

function Choices(props: { onDone: () => void }) {
  const flow = useSendFlow();
  const navigate = useNavigate();
  const walletId = useWalletId();
  const wallets = useWallets();
  const [search, setSearch] = createSignal("");
  const pages = usePages("cmd_list_contacts", (after) => [{ after, limit: PAGE, search: search().trim() === "" ? null : search().trim() }]);
  const network = () => wallets.all().find((wallet) => wallet.id === walletId())?.network ?? "bitcoin";
  const query = flattened(pages, (all) => choices(all.flatMap((page) => page.contacts), network()));
  const choose = useCommand("cmd_choose_contact", { quiet: true });
  // The address comes from Rust, which gives none that was not compared here.
  const take = ({ contact, address }: Choice): void =>
    choose.mutate([{ wallet_id: walletId(), contact_id: contact.id, address_id: address.id }], {
      onSuccess: (chosen) => {
        takeContact(flow, chosen);
        props.onDone();
        navigate("/send/amount");
      },
    });
  return (
    <div class="stack">
      <TextField
        label={t("contacts.search")}
        bare
        type="search"
        placeholder={t("contacts.search")}
        value={search()}
        data-testid={TESTID.contactSearch}
        onInput={setSearch}
      />
      <Show when={choose.error}>{(error) => <ErrorNotice error={error()} />}</Show>
      <QueryView
        query={query}
        skeleton={<Skeleton label={t("state.loading")} rows={4} />}
        isEmpty={(all) => all.length === 0}
        empty={
          <EmptyState
            icon={search().trim() === "" ? "person" : "search"}
            title={t(search().trim() === "" ? "contacts.choose.empty" : "contacts.none")}
            text={t(search().trim() === "" ? "contacts.choose.empty.text" : "contacts.none.text")}
          />
        }
      >
        {(all) => (
          <Card tight>
            <For each={all()}>
              {(choice) => (
                <ActionRow
                  icon="person"
                  title={<span class="contact-name">{choice.contact.name ?? ""}</span>}
                  text={<ShortAddress address={choice.address.address} />}
                  disabled={choose.isPending}
                  data-testid={TESTID.contactOption}
                  onPress={() => take(choice)}
                />
              )}
            </For>
          </Card>
        )}
      </QueryView>
      <MorePages pages={pages} />
      <A class="button" data-kind="quiet" href="/contacts">
        {t("contacts.choose.all")}
      </A>
    </div>
  );
}

/** Chooses whom to pay among those whose address counts on this device. */
export function ContactChooser() {
  const [open, setOpen] = createSignal(false);
  return (
    <>
      <Button small icon="person" data-testid={TESTID.contactChoose} onClick={() => setOpen(true)}>
        {t("contacts.choose")}
      </Button>
      <Sheet open={open()} title={t("contacts.choose.title")} closeLabel={t("action.close")} onClose={() => setOpen(false)}>
        <Show when={open()}>
          <Choices onDone={() => setOpen(false)} />
        </Show>
      </Sheet>
    </>
  );
}
