import { useNavigate } from "@solidjs/router";
import { createSignal, For, Show } from "solid-js";
import { Button } from "../../components/button";
import { TextField } from "../../components/field";
import { Card, Pill } from "../../components/layout";
import { EmptyState, Notice, Skeleton } from "../../components/states";
import { useToasts } from "../../components/toast";
import { MorePages } from "../../components/more-pages";
import { t } from "../../i18n";
import type { Contact, ContactAddress } from "../../ipc/types";
import { flattened } from "../../query/pages-query";
import { useCommand, usePages } from "../../query/use";
import { TESTID } from "../../testids";
import { ContactConflicts } from "../conflicts";
import { AddressText } from "../money";
import { Awaiting, ErrorNotice, QueryView } from "../notice";
import { useSendFlow } from "../send";
import { useWallets, useWalletId } from "../wallets";
import { EditContact } from "./edit";
import { changedFrom, waiting } from "./model";
import { takeContact } from "./take";
import "./contacts.css";

const PAGE = 50;

function called(contact: Contact): string {
  return contact.name ?? t("contacts.unnamed");
}

function AddressLine(props: { contact: Contact; address: ContactAddress; onCompare: () => void; onPay: () => void }) {
  const wallets = useWallets();
  const walletId = useWalletId();
  const network = () => wallets.all().find((wallet) => wallet.id === walletId())?.network;
  const changed = () => changedFrom(props.address);
  const before = () => {
    const was = changed();
    return was !== undefined && "address" in was ? was.address : undefined;
  };
  const beforeName = () => {
    const was = changed();
    return was !== undefined && "name" in was ? was.name : undefined;
  };
  return (
    <li class="contact-address" data-testid={TESTID.contactLine} data-counts={props.address.counts} data-address={props.address.address}>
      <AddressText address={props.address.address} />
      <Show when={props.address.network !== network()}>
        <span class="quiet small">{t("contacts.network", { network: t(`network.${props.address.network}`) })}</span>
      </Show>
      <Show
        when={!props.address.counts}
        fallback={
          <Show when={props.address.network === network()}>
            <div>
              <Button small icon="send" aria-label={t("contacts.pay.named", { name: called(props.contact) })} data-testid={TESTID.contactPay} onClick={() => props.onPay()}>
                {t("contacts.pay")}
              </Button>
            </div>
          </Show>
        }
      >
        <div class="contact-waits">
          <Pill tone="pending">{props.address.from === null ? t("contacts.from.unknown") : t("contacts.from", { device: props.address.from })}</Pill>
          <Show when={props.contact.name !== null}>
            <Button
              small
              kind="primary"
              icon="check"
              aria-label={t("contacts.compare.named", { name: called(props.contact) })}
              data-testid={TESTID.contactCompare}
              onClick={() => props.onCompare()}
            >
              {t("contacts.compare")}
            </Button>
          </Show>
        </div>
        <Show when={before()}>
          {(address) => (
            <div class="contact-before" data-testid={TESTID.contactBefore}>
              <span class="quiet small">{t("contacts.before")}</span>
              <AddressText address={address()} />
            </div>
          )}
        </Show>
        <Show when={beforeName()}>
          {(name) => (
            <p class="quiet small" data-testid={TESTID.contactBefore}>
              {t("contacts.before.name", { name: name() })}
            </p>
          )}
        </Show>
      </Show>
    </li>
  );
}

function ContactCard(props: { contact: Contact; onEdit: () => void; onCompare: (address: ContactAddress) => void; onPay: (address: ContactAddress) => void }) {
  return (
    <section class="contact" data-testid={TESTID.contact} data-contact-id={props.contact.id} aria-label={called(props.contact)}>
      <div class="contact-head">
        <div class="contact-text">
          <h2 class="row-title contact-name" classList={{ quiet: props.contact.name === null }}>
            {called(props.contact)}
          </h2>
          <Show when={props.contact.note}>{(note) => <p class="quiet small">{note()}</p>}</Show>
          <Show when={props.contact.name === null}>
            <p class="small">{t("contacts.unnamed.text")}</p>
          </Show>
        </div>
        <Button small icon="edit" aria-label={t("contacts.edit.named", { name: called(props.contact) })} data-testid={TESTID.contactEdit} onClick={() => props.onEdit()}>
          {t("contacts.edit")}
        </Button>
      </div>
      <ContactConflicts contactId={props.contact.id} />
      <Show when={props.contact.addresses.length > 0} fallback={<p class="quiet small">{t("contacts.no_address")}</p>}>
        <ul class="contact-addresses">
          <For each={props.contact.addresses}>
            {(address) => (
              <AddressLine contact={props.contact} address={address} onCompare={() => props.onCompare(address)} onPay={() => props.onPay(address)} />
            )}
          </For>
        </ul>
      </Show>
    </section>
  );
}

/** Everybody who is kept, by name. */
export function ContactList(props: { onAdd: () => void }) {
  const navigate = useNavigate();
  const walletId = useWalletId();
  const flow = useSendFlow();
  const toasts = useToasts();
  const [search, setSearch] = createSignal("");
  const [editing, setEditing] = createSignal<string>();
  const pages = usePages("cmd_list_contacts", (after) => [{ after, limit: PAGE, search: search().trim() === "" ? null : search().trim() }]);
  const query = flattened(pages, (all) => all.flatMap((page) => page.contacts));
  const all = (): Contact[] => (query.isPending ? [] : (query.data ?? []));
  const compare = useCommand("cmd_compare_contact", { quiet: true });
  const choose = useCommand("cmd_choose_contact", { quiet: true });
  const error = () => compare.error ?? choose.error;
  const goCompare = (contact: Contact, address: ContactAddress): void =>
    compare.mutate([{ contact_id: contact.id, address_id: address.id }], {
      onSuccess: () => toasts.show({ title: t("contacts.compared"), icon: "check" }),
    });
  const goPay = (contact: Contact, address: ContactAddress): void =>
    choose.mutate([{ wallet_id: walletId(), contact_id: contact.id, address_id: address.id }], {
      onSuccess: (chosen) => {
        flow.restart();
        takeContact(flow, chosen);
        navigate("/send/amount");
      },
    });
  return (
    <>
      <TextField
        label={t("contacts.search")}
        bare
        type="search"
        placeholder={t("contacts.search")}
        value={search()}
        data-testid={TESTID.contactSearch}
        onInput={setSearch}
      />
      <Show when={error()}>{(failed) => <ErrorNotice error={failed()} />}</Show>
      <Show when={waiting(all()) > 0}>
        <Notice tone="info" icon="devices" testId={TESTID.contactsWaiting}>
          <p>{t("contacts.waiting", { count: waiting(all()) })}</p>
        </Notice>
      </Show>
      <QueryView
        query={query}
        skeleton={
          <Card tight>
            <Skeleton label={t("state.loading")} rows={4} />
          </Card>
        }
        isEmpty={(found) => found.length === 0}
        empty={
          <Card>
            <Show
              when={search().trim() === ""}
              fallback={<EmptyState icon="search" title={t("contacts.none")} text={t("contacts.none.text")} />}
            >
              <EmptyState icon="person" title={t("contacts.empty")} text={t("contacts.empty.text")}>
                <Button kind="primary" icon="plus" onClick={() => props.onAdd()}>
                  {t("contacts.add")}
                </Button>
              </EmptyState>
            </Show>
          </Card>
        }
      >
        {(found) => (
          <>
            <Card tight>
              <For each={found().map((contact) => contact.id)}>
                {(id) => (
                  <Show when={found().find((contact) => contact.id === id)}>
                    {(contact) => (
                      <ContactCard
                        contact={contact()}
                        onEdit={() => setEditing(id)}
                        onCompare={(address) => goCompare(contact(), address)}
                        onPay={(address) => goPay(contact(), address)}
                      />
                    )}
                  </Show>
                )}
              </For>
            </Card>
            <MorePages pages={pages} />
          </>
        )}
      </QueryView>
      <EditContact contact={all().find((contact) => contact.id === editing())} onClose={() => setEditing(undefined)} />
      <Awaiting what="confirm" open={compare.isPending} />
    </>
  );
}
