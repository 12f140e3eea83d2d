import { en } from "./en";
import { translator } from "./engine";

export { chooseLanguage, locale, type Message, type Params } from "./engine";

/** Names of the texts of the wallet's page. */
export type Key = keyof typeof en;

export const { t, isKey } = translator(en);
