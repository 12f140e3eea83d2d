import { common } from "./en/common";
import { translator } from "./engine";

export { locale } from "./engine";

/** Words of parts that stand on more than one page. */
export const { t } = translator(common);
