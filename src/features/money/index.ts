export { Amount, type Tone } from "../../parts/amount";
export { AddressText, CopyButton, CopyIcon, ShortAddress, useCopy } from "../../parts/address";
export { LabelEdit } from "./label-edit";
export { ShareButton } from "./share-button";
export { Ago } from "../../parts/when";
