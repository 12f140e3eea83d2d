import { common } from "../../i18n/en/common";
import { chain } from "./chain";
import { node } from "./node";

/** English, which every other language is measured by. */
export const en = { ...common, ...chain, ...node } as const;
