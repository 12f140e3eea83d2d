import type { ChosenContact } from "../../ipc/types";
import type { SendFlow } from "../send";

/** Fills the payment's recipient with the address that Rust gave for a contact. */
export function takeContact(flow: SendFlow, chosen: ChosenContact): void {
  flow.say({ text: chosen.address });
  flow.takeTarget({
    address: chosen.address,
    amount: null,
    label: null,
    message: null,
    mine: chosen.mine,
    network: chosen.network,
    contact: chosen.name,
    paid_before: chosen.paid_before,
  });
}
