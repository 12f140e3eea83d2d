export { Amount, type Tone } from "./amount";
export { AddressText, CopyButton, CopyIcon, ShortAddress, useCopy } from "./address";
export { LabelEdit } from "./label-edit";
export { Ago } from "./when";
