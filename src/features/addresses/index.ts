export { AddressList } from "./address-list";
export { AddressRow } from "./address-row";
