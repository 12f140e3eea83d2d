import { Band } from "../../parts/band";
import { TESTID } from "../../testids";
import { useNetwork } from "../wallets";

/** Says which network the selected wallet is on. */
export function NetworkBand() {
  const network = useNetwork();
  return <Band network={network()} testId={TESTID.networkBand} />;
}
