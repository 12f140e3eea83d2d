import { createSignal, For, Show } from "solid-js";
import { Button } from "../../components/button";
import { SelectField } from "../../components/field";
import { Card, Fact, Facts, PageHead, Pill, Section } from "../../components/layout";
import { EmptyState, Notice, Skeleton } from "../../components/states";
import { Amount } from "../../parts/amount";
import { locale, t } from "../i18n";
import type { NodeWallet, NodeWallets } from "../ipc/types";
import { formatPpm } from "../lib/format";
import { Failure } from "../parts/failure";
import { NodeView } from "../parts/view";
import { useAnswer, useCommand } from "../query/use";
import { CID } from "../testids";
import { makeIntent } from "../../lib/request-id";
import { WalletAddresses } from "./wallet-addresses";
import { WalletCreate } from "./wallet-create";
import { WalletSend } from "./wallet-send";

const nameOf = (name: string): string => (name === "" ? t("wallets.unnamed") : name);

function Balance(props: { wallet: string }) {
  const balance = useAnswer("cmd_get_balance_admin", () => [{ wallet: props.wallet }]);
  return (
    <NodeView query={balance} seen={(found) => found.seen} skeleton={<Skeleton label={t("state.loading")} kind="number" rows={1} />}>
      {(found) => (
        <>
          <div class="figure">
            <span class="figure-name">{t("wallets.balance")}</span>
            <Amount sats={found().trusted} size="large" />
          </div>
          <Facts>
            <Show when={found().pending > 0}>
              <Fact name={t("wallets.pending")}>
                <Amount sats={found().pending} tone="pending" />
              </Fact>
            </Show>
            <Show when={found().immature > 0}>
              <Fact name={t("wallets.immature")}>
                <Amount sats={found().immature} />
              </Fact>
            </Show>
            <Show when={found().height}>{(height) => <Fact name={t("wallets.height")}>{height().toLocaleString(locale())}</Fact>}</Show>
          </Facts>
        </>
      )}
    </NodeView>
  );
}

function Traits(props: { wallet: NodeWallet }) {
  return (
    <div class="line">
      <Show when={props.wallet.watch_only}>
        <Pill>{t("wallets.watch_only")}</Pill>
      </Show>
      <Show when={props.wallet.encrypted}>
        <Pill tone={props.wallet.unlocked ? "received" : "plain"}>{t(props.wallet.unlocked ? "wallets.unlocked" : "wallets.locked")}</Pill>
      </Show>
      <Show when={!props.wallet.descriptors}>
        <Pill>{t("wallets.old_form")}</Pill>
      </Show>
      <Show when={props.wallet.format}>{(format) => <Pill>{format()}</Pill>}</Show>
      <Show when={props.wallet.scanning_ppm !== null}>
        <Pill tone="pending">{t("wallets.scanning", { share: formatPpm(props.wallet.scanning_ppm ?? 0, locale()) })}</Pill>
      </Show>
    </div>
  );
}

/** A wallet of this name is on the node's disk and not loaded. */
function Load(props: { name: string }) {
  const intent = makeIntent();
  const load = useCommand("cmd_create_wallet_admin", { intent });
  return (
    <Card>
      <p>{t("wallets.asleep")}</p>
      <Show when={load.error}>{(error) => <Failure error={error()} />}</Show>
      <div>
        <Button busy={load.isPending} onClick={() => load.mutate([{ request_id: intent.id(), name: props.name, existing: true }])}>
          {t("wallets.load")}
        </Button>
      </div>
    </Card>
  );
}

function Chosen(props: { wallet: NodeWallet }) {
  return (
    <>
      <Card>
        <Traits wallet={props.wallet} />
        <Balance wallet={props.wallet.name} />
      </Card>
      <Show when={!props.wallet.watch_only}>
        <WalletSend wallet={props.wallet.name} locked={props.wallet.encrypted && !props.wallet.unlocked} />
      </Show>
      <WalletAddresses wallet={props.wallet.name} />
    </>
  );
}

function Loaded(props: { found: NodeWallets; chosen: string | undefined; onChoose: (name: string) => void }) {
  const name = () => props.chosen ?? props.found.wallet?.name ?? "";
  const listed = () => props.found.wallets.find((each) => each.name === name());
  const shown = () => (listed()?.loaded !== false && props.found.wallet?.name === name() ? [name()] : []);
  return (
    <>
      <SelectField
        label={t("wallets.choice")}
        value={name()}
        data-testid={CID.walletChoice}
        options={props.found.wallets.map((each) => ({
          value: each.name,
          label: each.loaded ? nameOf(each.name) : t("wallets.unloaded", { name: nameOf(each.name) }),
        }))}
        onChange={(chosen) => props.onChoose(chosen)}
      />
      <Show when={listed()?.loaded === false}>
        <Load name={name()} />
      </Show>
      {/* Kept while it is the same wallet, whatever is new about it; what was typed for another is not taken along. */}
      <For each={shown()}>{() => <Show when={props.found.wallet}>{(wallet) => <Chosen wallet={wallet()} />}</Show>}</For>
    </>
  );
}

/** The node's own wallets. None of them is a wallet of this program. */
export default function Wallets() {
  const [picked, setPicked] = createSignal<string>();
  const list = useAnswer("cmd_get_wallet_info_admin", () => [{ wallet: null }]);
  const names = () => (list.isPending ? [] : (list.data?.wallets ?? []));
  // Without a choice, the first that is loaded.
  const chosen = () => picked() ?? names().find((each) => each.loaded)?.name;
  const loaded = () => names().some((each) => each.loaded && each.name === chosen());
  const one = useAnswer("cmd_get_wallet_info_admin", () => [{ wallet: chosen() ?? null }], () => ({ enabled: loaded(), keep: true }));
  const shown = (found: NodeWallets): NodeWallets => ({ ...found, wallet: one.isPending ? found.wallet : (one.data?.wallet ?? found.wallet) });
  return (
    <>
      <PageHead title={t("wallets.title")} />
      <p class="quiet">{t("wallets.text")}</p>
      <NodeView
        query={list}
        seen={(found) => found.seen}
        skeleton={<Skeleton label={t("state.loading")} rows={4} />}
        isEmpty={(found) => found.wallets.length === 0}
        empty={
          <>
            <EmptyState icon="wallet" title={t("wallets.none")} text={t("wallets.none.text")} />
            <WalletCreate onMade={setPicked} open />
          </>
        }
        failed={(error) =>
          error.code === "node_no_wallet" ? (
            <Notice tone="info" title={t("wallets.off")}>
              <p>{t("wallets.off.text")}</p>
            </Notice>
          ) : undefined
        }
      >
        {(found) => (
          <>
            <Loaded found={shown(found())} chosen={chosen()} onChoose={setPicked} />
            <Section>
              <WalletCreate onMade={setPicked} />
            </Section>
          </>
        )}
      </NodeView>
    </>
  );
}
