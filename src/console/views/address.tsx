import { useNavigate, useParams } from "@solidjs/router";
import { createSignal, Show } from "solid-js";
import { Button } from "../../components/button";
import { Card, Fact, Facts, PageHead, Section } from "../../components/layout";
import { EmptyState, Notice, Skeleton } from "../../components/states";
import { AddressText, CopyIcon } from "../../parts/address";
import { Amount } from "../../parts/amount";
import { flattened } from "../../query/pages-query";
import { locale, t } from "../i18n";
import { isMissing } from "../lib/missing";
import { AddressTransactionList } from "../parts/transactions";
import { NodeView } from "../parts/view";
import { usePages } from "../query/use";
import { CID } from "../testids";

const many = (count: number): string => count.toLocaleString(locale());

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
      <div class="line line-copy" data-testid={CID.address} data-address={params.address}>
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
                    <AddressTransactionList rows={shown().transactions} pages={pages} />
                  </Show>
                </Section>
              </>
            )}
          </Show>
        )}
      </NodeView>
    </>
  );
}
