import { Show } from "solid-js";
import { t } from "../i18n/common";

type Network = "bitcoin" | "testnet" | "testnet4" | "signet" | "regtest";

/** How loud the band of a network is; none for real money. */
export function bandOf(network: Network): "none" | "practice" | "test" {
  if (network === "bitcoin") return "none";
  return network === "regtest" ? "practice" : "test";
}

/** Says, where it cannot be missed, that these coins are not money. */
export function Band(props: { network: Network | undefined; testId: string }) {
  const shown = () => (props.network !== undefined && bandOf(props.network) !== "none" ? props.network : undefined);
  return (
    <Show when={shown()}>
      {(network) => (
        <div class="band" data-band={bandOf(network())} data-network={network()} data-testid={props.testId} role="note">
          {t("band.text", { network: t(`network.${network()}`) })}
        </div>
      )}
    </Show>
  );
}
