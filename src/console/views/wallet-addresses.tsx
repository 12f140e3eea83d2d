import { A } from "@solidjs/router";
import { createSignal, Show } from "solid-js";
import { Button } from "../../components/button";
import { SelectField } from "../../components/field";
import { Card, Section } from "../../components/layout";
import { EmptyState, Notice, Skeleton } from "../../components/states";
import { makeIntent } from "../../lib/request-id";
import { AddressText, CopyIcon } from "../../parts/address";
import { Amount } from "../../parts/amount";
import { flattened } from "../../query/pages-query";
import { locale, t } from "../i18n";
import type { NodeAddressKind } from "../ipc/types";
import { Failure } from "../parts/failure";
import { Lines } from "../parts/lines";
import { NodeView } from "../parts/view";
import { useCommand, usePages } from "../query/use";
import { CID } from "../testids";

const PAGE = 100;
const KINDS = ["taproot", "segwit", "nested_segwit", "legacy"] as const satisfies readonly NodeAddressKind[];

/** Hands out a new address: asked once, by a request that acts once. */
function Fresh(props: { wallet: string; onMade: () => void }) {
  const intent = makeIntent();
  const [kind, setKind] = createSignal<NodeAddressKind>("taproot");
  const fresh = useCommand("cmd_get_addresses_admin", { intent, onDone: () => props.onMade() });
  return (
    <Card>
      <div class="pair">
        <SelectField
          label={t("addresses.kind")}
          value={kind()}
          options={KINDS.map((value) => ({ value, label: t(`script.${value}`) }))}
          onChange={(chosen) => {
            intent.done();
            setKind(chosen);
          }}
        />
      </div>
      <Show when={fresh.error}>{(error) => <Failure error={error()} />}</Show>
      <div>
        <Button
          icon="plus"
          busy={fresh.isPending}
          data-testid={CID.walletFresh}
          onClick={() => fresh.mutate([{ wallet: props.wallet, fresh: { request_id: intent.id(), kind: kind() }, limit: 1 }])}
        >
          {t("addresses.fresh")}
        </Button>
      </div>
      <Show when={fresh.data?.fresh}>
        {(address) => (
          <Notice tone="good" title={t("addresses.fresh.done")} live>
            <div class="line line-copy" data-testid={CID.freshAddress} data-address={address()}>
              <AddressText address={address()} />
              <CopyIcon text={address()} what={t("word.address")} />
            </div>
          </Notice>
        )}
      </Show>
    </Card>
  );
}

/** Addresses of a wallet of the node, those with most received first. */
export function WalletAddresses(props: { wallet: string }) {
  const pages = usePages("cmd_get_addresses_admin", (after) => [{ wallet: props.wallet, after, limit: PAGE }]);
  const all = flattened(pages, (found) => {
    const first = found[0];
    return first && { ...first, addresses: found.flatMap((page) => page.addresses) };
  });
  return (
    <Section title={t("addresses.title")}>
      <Fresh wallet={props.wallet} onMade={() => void pages.refetch()} />
      <NodeView
        query={all}
        seen={(found) => found.seen}
        skeleton={<Skeleton label={t("state.loading")} rows={4} />}
        isEmpty={(found) => found.addresses.length === 0}
        empty={<EmptyState icon="address" title={t("addresses.none")} text={t("addresses.none.text")} />}
      >
        {(found) => (
          <Lines rows={found().addresses} keyOf={(row) => row.address} pages={pages} label={t("addresses.title")}>
            {(row) => (
              <A class="line-link" href={`/address/${row().address}`} data-testid={CID.addressRow}>
                <span class="line-main">
                  <AddressText address={row().address} />
                  <Show when={row().label}>{(label) => <span class="line-note">{label()}</span>}</Show>
                </span>
                <span class="line-end">
                  <Amount sats={row().received} size="small" />
                  <span class="line-note">
                    {t("addresses.paid", { count: row().transactions, number: row().transactions.toLocaleString(locale()) })}
                  </span>
                </span>
              </A>
            )}
          </Lines>
        )}
      </NodeView>
    </Section>
  );
}
