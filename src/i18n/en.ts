import { common } from "./en/common";
import { errors } from "./en/errors";
import { screens } from "./en/screens";

/** English, which every other language is measured by. */
export const en = { ...common, ...errors, ...screens } as const;
