import { A } from "@solidjs/router";
import { createSignal, For, Show } from "solid-js";
import { Button } from "../../components/button";
import { TextField } from "../../components/field";
import { Card, Fact, Facts, PageHead, Section } from "../../components/layout";
import { Notice, Skeleton } from "../../components/states";
import { formatFeeRate } from "../../lib/fee-rate";
import { makeIntent } from "../../lib/request-id";
import { locale, t } from "../i18n";
import type { NodeMining } from "../ipc/types";
import { formatDecimal } from "../lib/format";
import { Failure } from "../parts/failure";
import { Id } from "../parts/id";
import { NodeView } from "../parts/view";
import { useAnswer, useCommand } from "../query/use";
import { CID } from "../testids";
import { Faucet } from "./faucet";

/** The most blocks of one request. */
const MOST = 1_000;
const SHOWN = 10;

const many = (count: number): string => count.toLocaleString(locale());

function Mined(props: { hashes: readonly string[] }) {
  return (
    <div data-testid={CID.mined}>
      <Notice tone="good" title={t("mine.done", { count: props.hashes.length, number: many(props.hashes.length) })} live>
        <For each={props.hashes.slice(-SHOWN).reverse()}>
          {(hash) => (
            <div>
              <Id id={hash} href={`/block/${hash}`} />
            </div>
          )}
        </For>
      </Notice>
    </div>
  );
}

function useGenerate() {
  const intent = makeIntent();
  const run = useCommand("cmd_generate_to_address", { intent });
  return {
    run,
    start: (address: string, blocks: number) => run.mutate([{ request_id: intent.id(), address: address.trim(), blocks }]),
    /** What is asked for is another thing now. */
    changed: () => {
      intent.done();
      run.reset();
    },
  };
}

/** Mines as many blocks as are wanted. */
function Mine() {
  const generate = useGenerate();
  const [address, setAddress] = createSignal("");
  const [blocks, setBlocks] = createSignal("1");
  const count = () => (/^\d{1,4}$/.test(blocks().trim()) ? Number(blocks().trim()) : 0);
  const fits = () => count() >= 1 && count() <= MOST;
  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault();
        if (fits() && address().trim() !== "") generate.start(address(), count());
      }}
    >
      <TextField
        label={t("mine.address")}
        hint={t("mine.address.hint")}
        mono
        value={address()}
        data-testid={CID.mineAddress}
        onInput={(text) => {
          generate.changed();
          setAddress(text);
        }}
      />
      <TextField
        label={t("mine.blocks")}
        inputMode="numeric"
        value={blocks()}
        error={fits() ? undefined : t("mine.blocks.fault", { most: many(MOST) })}
        data-testid={CID.mineCount}
        onInput={(text) => {
          generate.changed();
          setBlocks(text);
        }}
      />
      <Show when={generate.run.error}>{(error) => <Failure error={error()} />}</Show>
      <div>
        <Button
          kind="primary"
          type="submit"
          icon="bolt"
          busy={generate.run.isPending}
          disabled={!fits() || address().trim() === ""}
          data-testid={CID.mineSubmit}
        >
          {t("mine.act", { count: count() })}
        </Button>
      </div>
      <Show when={generate.run.data}>{(done) => <Mined hashes={done().hashes} />}</Show>
    </form>
  );
}

function MiningFacts(props: { mining: NodeMining }) {
  return (
    <Card>
      <Facts>
        <Fact name={t("mine.hashes")}>{formatDecimal(props.mining.hashes_per_second, locale(), "H/s")}</Fact>
        <Fact name={t("node.difficulty")}>{formatDecimal(props.mining.difficulty, locale())}</Fact>
        <Fact name={t("mine.template")}>
          <Show when={props.mining.block_weight} fallback={<span class="quiet">{t("mine.template.none")}</span>}>
            {(weight) => <>{t("mine.template.text", { weight: many(weight()), count: props.mining.block_transactions ?? 0, number: many(props.mining.block_transactions ?? 0) })}</>}
          </Show>
        </Fact>
        <Show when={props.mining.min_fee_rate !== null}>
          <Fact name={t("mine.least")}>{formatFeeRate(props.mining.min_fee_rate ?? 0)} sat/vB</Fact>
        </Show>
      </Facts>
    </Card>
  );
}

/** Mining on chains of tests; elsewhere, why not. */
export default function MineView() {
  const mining = useAnswer("cmd_get_mining_info", () => []);
  return (
    <>
      <PageHead title={t("mine.title")} />
      <NodeView query={mining} seen={(found) => found.seen} skeleton={<Skeleton label={t("state.loading")} rows={3} />}>
        {(found) => (
          <>
            <Show
              when={found().can_generate}
              fallback={
                <div data-testid={CID.mineNot}>
                  <Notice tone="info" title={t("mine.not", { network: t(`network.${found().network}`) })}>
                    <p>{t(found().network === "signet" ? "mine.not.signet" : "mine.not.text")}</p>
                  </Notice>
                </div>
              }
            >
              <Show when={found().network === "regtest"}>
                <Section title={t("faucet.title")}>
                  <Card>
                    <Faucet />
                  </Card>
                </Section>
              </Show>
              <Section title={t("mine.section")}>
                <Card>
                  <Mine />
                  <p class="quiet small">
                    {t("mine.wallets")}{" "}
                    <A class="link-quiet" href="/wallets">
                      {t("nav.wallets")}
                    </A>
                  </p>
                </Card>
              </Section>
            </Show>
            <Section title={t("mine.state")}>
              <MiningFacts mining={found()} />
            </Section>
          </>
        )}
      </NodeView>
    </>
  );
}
