import { alerts } from "./en/alerts";
import { common } from "./en/common";
import { contacts } from "./en/contacts";
import { devices } from "./en/devices";
import { errors } from "./en/errors";
import { safety } from "./en/safety";
import { scan } from "./en/scan";
import { screens } from "./en/screens";
import { sweep } from "./en/sweep";

/** English, which every other language is measured by. */
export const en = { ...alerts, ...common, ...contacts, ...devices, ...errors, ...safety, ...scan, ...screens, ...sweep } as const;
