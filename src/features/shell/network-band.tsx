import { Show } from "solid-js";
import { t } from "../../i18n";
import { TESTID } from "../../testids";
import { bandOf, useNetwork } from "../wallets";

/** Says, where it cannot be missed, that these coins are not money. */
export function NetworkBand() {
  const network = useNetwork();
  const band = () => {
    const found = network();
    if (found === undefined) return undefined;
    const kind = bandOf(found);
    return kind === "none" ? undefined : { kind, network: found };
  };
  return (
    <Show when={band()}>
      {(shown) => (
        <div class="band" data-band={shown().kind} data-network={shown().network} data-testid={TESTID.networkBand} role="note">
          {t("band.text", { network: t(`network.${shown().network}`) })}
        </div>
      )}
    </Show>
  );
}
