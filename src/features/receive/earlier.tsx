import { For, Show } from "solid-js";
import { A } from "@solidjs/router";
import { Card, Section } from "../../components/layout";
import { Skeleton } from "../../components/states";
import { t } from "../../i18n";
import type { Address } from "../../ipc/types";
import { useAnswer } from "../../query/use";
import { AddressRow } from "../addresses";
import { QueryView } from "../notice";
import { useWalletId } from "../wallets";

const SHOWN = 5;

/** The newest unused address stands above with its code; what is left was handed out before. */
function earlier(addresses: readonly Address[]): Address[] {
  const shown = addresses.find((address) => !address.used);
  return addresses.filter((address) => address !== shown).slice(0, SHOWN);
}

/** Addresses handed out before. */
export function EarlierAddresses() {
  const walletId = useWalletId();
  const page = useAnswer(
    "cmd_get_addresses",
    () => [{ wallet_id: walletId(), side: "receive", after: null, limit: SHOWN + 1, unused_only: false }],
    () => ({ enabled: walletId() !== null, keep: true }),
  );
  return (
    <QueryView
      query={page}
      skeleton={
        <Card tight>
          <Skeleton label={t("state.loading")} rows={3} />
        </Card>
      }
    >
      {(answer) => (
        <Show when={answer().total > 1}>
          <Section
            title={t("receive.earlier")}
            actions={
              <A class="link-quiet" href="/addresses">
                {t("receive.all")}
              </A>
            }
          >
            <Card tight>
              <For each={earlier(answer().addresses)}>{(address) => <AddressRow address={address} />}</For>
            </Card>
          </Section>
        </Show>
      )}
    </QueryView>
  );
}
