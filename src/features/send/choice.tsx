import { useNavigate } from "@solidjs/router";
import { Show } from "solid-js";
import { Button } from "../../components/button";
import { Card } from "../../components/layout";
import { Notice } from "../../components/states";
import { t } from "../../i18n";
import type { Draft } from "../../ipc/types";
import { formatFeeRate } from "../../lib/fee-rate";
import { typedAmount } from "../../lib/format-sats";
import { TESTID } from "../../testids";
import { RivalList } from "../alerts";
import { useWallets } from "../wallets";
import { useSendFlow } from "./flow";

/**
 * Two payments want the same coins: neither is sent before its owner chose. This one can take other coins, the other one
 * can be dropped while it is not sent, or looked at and replaced when it is.
 */
export function RivalChoice(props: { draft: Draft; busy: boolean; onDiscard: () => void }) {
  const flow = useSendFlow();
  const wallets = useWallets();
  const navigate = useNavigate();
  // A replacement spends what it replaces; there are no other coins for it.
  const payee = () => (props.draft.purpose === "payment" && props.draft.recipients.length === 1 ? props.draft.recipients[0] : undefined);
  const otherCoins = (): void => {
    const to = payee();
    const network = wallets.selected()?.network;
    if (!to || network === undefined) return;
    if (flow.said().draft === props.draft.id) flow.say({ coins: [] });
    else {
      flow.restart();
      flow.say({
        text: to.address,
        target: { address: to.address, amount: to.amount, label: null, message: null, mine: false, contact: to.contact, paid_before: false, network },
        amount: typedAmount(to.amount, flow.said().unit),
        choice: "custom",
        custom: formatFeeRate(props.draft.fee_rate),
        label: props.draft.label ?? "",
        draft: props.draft.id,
      });
    }
    navigate("/send/amount");
  };
  return (
    <Card>
      <Notice tone="danger" title={t("rival.title")}>
        <p>{t("rival.text")}</p>
      </Notice>
      <RivalList rivals={props.draft.rivals} />
      <div class="line line-fill">
        <Show when={payee()}>
          <Button kind="primary" icon="coins" disabled={props.busy} data-testid={TESTID.rivalOtherCoins} title={t("rival.other_coins.text")} onClick={otherCoins}>
            {t("rival.other_coins")}
          </Button>
        </Show>
        <Button icon="trash" disabled={props.busy} data-testid={TESTID.draftDiscard} onClick={() => props.onDiscard()}>
          {t("rival.discard")}
        </Button>
      </div>
    </Card>
  );
}
