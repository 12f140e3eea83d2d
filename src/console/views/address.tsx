import { A, useNavigate, useParams } from "@solidjs/router";
import { createSignal, For, Show } from "solid-js";
import { Button } from "../../components/button";
import { Card, Fact, Facts, PageHead, Section } from "../../components/layout";
import { EmptyState, Notice, Skeleton } from "../../components/states";
import { AddressText, CopyIcon } from "../../parts/address";
import { Amount } from "../../parts/amount";
import { Ago } from "../../parts/when";
import { flattened } from "../../query/pages-query";
import { locale, t } from "../i18n";
import type { NodeAddressTransaction } from "../ipc/types";
import { shortId } from "../lib/format";
import { isMissing } from "../lib/missing";
import { moveBetweenRows } from "../parts/arrows";
import { MoreButton } from "../parts/transactions";
import { NodeView } from "../parts/view";
import { usePages } from "../query/use";
import { CID } from "../testids";

const many = (count: number): string => count.toLocaleString(locale());

function Rows(props: { rows: readonly NodeAddressTransaction[] }) {
  return (
    <Card tight>
      <ul class="lines" aria-label={t("address.transactions")} onKeyDown={moveBetweenRows}>
        <For each={props.rows}>
          {(row) => (
            <li>
              <A
                class="line-link"
                data-row
                href={`/tx/${row.txid}${row.block_hash === null ? "" : `?block=${row.block_hash}`}`}
                data-testid={CID.txRow}
                data-txid={row.txid}
              >
                <span class="line-main">
                  <span class="line-title mono" translate="no">
                    {shortId(row.txid)}
                  </span>
                  <span class="line-note">
                    {row.height === null ? t("tx.waits") : t("block.title", { height: many(row.height) })}
                    <Show when={row.time}>
                      {(at) => (
                        <>
                          {" · "}
                          <Ago at={at()} />
                        </>
                      )}
                    </Show>
                  </span>
                </span>
                <span class="line-end">
                  <Show when={row.received > 0}>
                    <Amount sats={row.received} sign="+" tone="received" size="small" />
                  </Show>
                  <Show when={(row.spent ?? 0) > 0}>
                    <Amount sats={row.spent} sign="−" size="small" />
                  </Show>
                </span>
              </A>
            </li>
          )}
        </For>
      </ul>
    </Card>
  );
}

/** What was paid to an address and from it, as far as the node can tell. */
export default function Address() {
  const params = useParams<{ address: string }>();
  const navigate = useNavigate();
  // Consent to a long search is for one address.
  const [scanned, setScanned] = createSignal<string>();
  const scan = () => scanned() === params.address;
  const pages = usePages("cmd_get_address_transactions", (after) => [{ address: params.address, after, scan: scan() }]);
  const all = flattened(pages, (found) => {
    const first = found[0];
    return first && { ...first, transactions: found.flatMap((page) => page.transactions) };
  });
  return (
    <>
      <PageHead title={t("address.title")} back={{ label: t("action.back"), onBack: () => navigate(-1) }} />
      <div class="line" data-testid={CID.address} data-address={params.address}>
        <AddressText address={params.address} />
        <CopyIcon text={params.address} what={t("word.address")} />
      </div>
      <NodeView
        query={all}
        seen={(found) => found.seen}
        skeleton={
          <>
            <Show when={scan()}>
              <p class="quiet" role="status">
                {t("address.scanning")}
              </p>
            </Show>
            <Skeleton label={t("state.loading")} rows={5} />
          </>
        }
        failed={(error) =>
          error.code === "node_no_index" ? (
            <Notice
              tone="info"
              title={t("address.no_index")}
              actions={
                <Button small icon="search" data-testid={CID.scan} onClick={() => setScanned(params.address)}>
                  {t("address.scan")}
                </Button>
              }
            >
              <p>{t("address.no_index.text")}</p>
            </Notice>
          ) : isMissing(error) ? (
            <div data-testid={CID.found}>
              <EmptyState icon="search" title={t("address.none")} text={t("address.none.text")} />
            </div>
          ) : undefined
        }
      >
        {(found) => (
          <Show when={found()}>
            {(shown) => (
              <>
                <Card>
                  <Facts>
                    <Fact name={t("address.balance")}>
                      <Amount sats={shown().balance} />
                    </Fact>
                    <Fact name={t("address.total")}>{many(shown().total)}</Fact>
                  </Facts>
                  <p class="quiet small">{t(`address.source.${shown().source}`)}</p>
                </Card>
                <Section title={t("address.transactions")}>
                  <Show
                    when={shown().transactions.length > 0}
                    fallback={<EmptyState icon="list" title={t("address.empty")} text={t("address.empty.text")} />}
                  >
                    <Rows rows={shown().transactions} />
                  </Show>
                </Section>
              </>
            )}
          </Show>
        )}
      </NodeView>
      <MoreButton pages={pages} />
    </>
  );
}
