import type { Contact, ContactAddress, Network } from "../../ipc/types";

/** Whether an address waits to be compared on this device. */
export function waits(address: ContactAddress): boolean {
  return !address.counts;
}

/** How many addresses of these contacts wait. */
export function waiting(contacts: readonly Contact[]): number {
  return contacts.flatMap((contact) => contact.addresses).filter(waits).length;
}

/** An address that can be chosen, and whose it is. */
export interface Choice {
  contact: Contact;
  address: ContactAddress;
}

/** What can be chosen to pay from a wallet of this network: Rust refuses the rest. */
export function choices(contacts: readonly Contact[], network: Network): Choice[] {
  return contacts.flatMap((contact) =>
    contact.addresses.filter((address) => address.counts && address.network === network).map((address) => ({ contact, address })),
  );
}

/** What was agreed to here and changed elsewhere: the address, or only the name. */
export function changedFrom(address: ContactAddress): { address: string } | { name: string } | undefined {
  const before = address.before;
  if (before === null) return undefined;
  return before.address === address.address ? { name: before.name } : { address: before.address };
}
