import { common } from "./en/common";
import { devices } from "./en/devices";
import { errors } from "./en/errors";
import { scan } from "./en/scan";
import { screens } from "./en/screens";

/** English, which every other language is measured by. */
export const en = { ...common, ...devices, ...errors, ...scan, ...screens } as const;
