import { t, locale } from "../i18n/common";
import { formatAgo, formatExact } from "../lib/time";
import { usePlatform } from "../platform/context";

/** How long ago, with the exact time on hover. */
export function Ago(props: { at: number }) {
  const platform = usePlatform();
  return (
    <time dateTime={new Date(props.at * 1000).toISOString()} title={formatExact(props.at, locale())}>
      {formatAgo(props.at, platform.clock(), locale(), t("time.now"))}
    </time>
  );
}
