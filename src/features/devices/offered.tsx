import { useNavigate } from "@solidjs/router";
import { For, Show } from "solid-js";
import { Button } from "../../components/button";
import { Card, Details, Section } from "../../components/layout";
import { Notice } from "../../components/states";
import { useToasts } from "../../components/toast";
import { t } from "../../i18n";
import type { Offered } from "../../ipc/types";
import { makeIntent } from "../../lib/request-id";
import { useCommand } from "../../query/use";
import { TESTID } from "../../testids";
import { AddressText } from "../money";
import { Awaiting, ErrorNotice } from "../notice";
import { useWallets } from "../wallets";

function named(wallet: Offered): string {
  return wallet.name ?? t("offered.unnamed");
}

function OfferedCard(props: { wallet: Offered }) {
  const navigate = useNavigate();
  const toasts = useToasts();
  const wallets = useWallets();
  const intent = makeIntent();
  const take = useCommand("cmd_take_wallet", {
    quiet: true,
    onDone: (taken) => {
      intent.done();
      toasts.show({ title: t("offered.taken", { name: taken.name }), text: t("offered.taken.text"), icon: "check" });
      // The first wallet here: there is more to see now than devices.
      if (wallets.all().length <= 1) navigate("/");
    },
  });
  return (
    <div class="offered" data-testid={TESTID.offered} data-wallet-id={props.wallet.id}>
      <p class="row-title">{named(props.wallet)}</p>
      <p class="quiet small">
        {t(`network.${props.wallet.network}`)} · {t(`script.${props.wallet.script_type}`)}
      </p>
      <Show when={take.error}>{(error) => <ErrorNotice error={error()} />}</Show>
      <Show when={props.wallet.first_address} fallback={<Notice tone="info"><p>{t("offered.newer")}</p></Notice>}>
        {(address) => (
          <>
            <p class="field-label">{t("offered.first")}</p>
            <AddressText address={address()} />
            <div>
              <Button
                kind="primary"
                icon="eye"
                busy={take.isPending}
                data-testid={TESTID.offeredTake}
                onClick={() => take.mutate([{ request_id: intent.id(), wallet_id: props.wallet.id }])}
              >
                {t("offered.take")}
              </Button>
            </div>
          </>
        )}
      </Show>
      <Awaiting what="take" open={take.isPending} />
    </div>
  );
}

/** Wallets of other devices, kept apart until their first address was compared. */
export function OfferedWallets(props: { offered: readonly Offered[] }) {
  const ids = () => props.offered.map((wallet) => wallet.id);
  return (
    <Show when={props.offered.length > 0}>
      <Section title={t("offered.title")}>
        <p class="quiet small">{t("offered.text")}</p>
        <Card tight>
          <For each={ids()}>
            {(id) => <Show when={props.offered.find((wallet) => wallet.id === id)}>{(wallet) => <OfferedCard wallet={wallet()} />}</Show>}
          </For>
        </Card>
      </Section>
    </Show>
  );
}

/** First addresses of the wallets that are here, for whoever compares on another device. */
export function SharedAddresses(props: { shared: readonly Offered[] }) {
  return (
    <Show when={props.shared.length > 0}>
      <Details label={t("shared.title")}>
        <ul class="shared-list">
          <For each={props.shared}>
            {(wallet) => (
              <li>
                <p class="row-title">{named(wallet)}</p>
                <Show when={wallet.first_address}>{(address) => <AddressText address={address()} />}</Show>
              </li>
            )}
          </For>
        </ul>
      </Details>
    </Show>
  );
}
