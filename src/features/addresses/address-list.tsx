import { For } from "solid-js";
import { Card } from "../../components/layout";
import { EmptyState, Skeleton } from "../../components/states";
import { MorePages } from "../../components/more-pages";
import { t } from "../../i18n";
import type { Side } from "../../ipc/types";
import { flattened } from "../../query/pages-query";
import { usePages } from "../../query/use";
import { QueryView } from "../notice";
import { useWalletId } from "../wallets";
import { AddressRow } from "./address-row";

const PAGE = 50;

/** All addresses of a side, newest first. */
export function AddressList(props: { side: Side }) {
  const walletId = useWalletId();
  const pages = usePages(
    "cmd_get_addresses",
    (after) => [{ wallet_id: walletId(), side: props.side, after, limit: PAGE, unused_only: false }],
    () => ({ enabled: walletId() !== null }),
  );
  const query = flattened(pages, (all) => all.flatMap((page) => page.addresses));
  return (
    <QueryView
      query={query}
      skeleton={
        <Card tight>
          <Skeleton label={t("state.loading")} rows={6} />
        </Card>
      }
      isEmpty={(all) => all.length === 0}
      empty={
        <Card>
          <EmptyState
            icon="address"
            title={props.side === "receive" ? t("addresses.empty") : t("addresses.empty.change")}
            text={props.side === "receive" ? t("addresses.empty.text") : t("addresses.empty.change.text")}
          />
        </Card>
      }
    >
      {(all) => (
        <>
          <Card tight>
            <For each={all()}>{(address) => <AddressRow address={address} />}</For>
          </Card>
          <MorePages pages={pages} />
        </>
      )}
    </QueryView>
  );
}
