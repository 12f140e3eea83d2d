import { typedAmount } from "./format-sats";
import type { Sats } from "./sats";

/** What a request for a payment says. */
export interface PaymentRequest {
  address: string;
  amount?: Sats | undefined;
  label?: string | undefined;
}

/** Writes a `bitcoin:` link as BIP-0021 has it: amounts are in BTC, whatever the unit on the screen. */
export function paymentUri(request: PaymentRequest): string {
  const parts: string[] = [];
  if (request.amount !== undefined) parts.push(`amount=${typedAmount(request.amount, "btc")}`);
  const label = request.label?.trim();
  if (label) parts.push(`label=${encodeURIComponent(label)}`);
  return `bitcoin:${request.address}${parts.length > 0 ? `?${parts.join("&")}` : ""}`;
}
