import { translator } from "../../i18n/engine";
import { en } from "./en";

export { chooseLanguage, locale } from "../../i18n/engine";

/** Names of the texts of the console. */
export type Key = keyof typeof en;

export const { t, isKey } = translator(en);
