import { For, Show } from "solid-js";
import { locale, t } from "../../i18n";
import { amountText } from "../../lib/format-sats";
import { toSats } from "../../lib/sats";
import { formatDay } from "../../lib/time";
import type { Sats } from "../../lib/sats";
import { usePlatform } from "../../platform/context";
import { useSession } from "../session";
import { balanceLine, type BalancePoint } from "./model";
import { useRecent } from "./recent";
import "./balance-chart.css";

const WIDTH = 640;
const HEIGHT = 96;
const TOP = 6;

interface Drawn {
  line: string;
  area: string;
  points: BalancePoint[];
}

/** Steps, not slopes: a balance changes at once. */
export function drawSteps(points: readonly BalancePoint[], now: number): Drawn | undefined {
  const first = points[0];
  const last = points[points.length - 1];
  if (!first || !last || points.length < 3) return undefined;
  const from = first.time;
  const span = Math.max(1, now - from);
  const most = Math.max(1, ...points.map((point) => point.sats));
  const x = (time: number): string => (((time - from) / span) * WIDTH).toFixed(1);
  const y = (sats: number): string => (HEIGHT - (Math.max(0, sats) / most) * (HEIGHT - TOP)).toFixed(1);
  let line = `M0 ${y(first.sats)}`;
  for (const point of points.slice(1)) line += `H${x(point.time)}V${y(point.sats)}`;
  line += `H${WIDTH}`;
  return { line, area: `${line}V${HEIGHT}H0Z`, points: [...points] };
}

/** The balance over the last payments. Behind it is a table for those who do not see it. */
export function BalanceChart(props: { total: Sats | null }) {
  const recent = useRecent();
  const platform = usePlatform();
  const session = useSession();
  const drawn = () => {
    if (props.total === null || recent.isPending || !recent.data) return undefined;
    return drawSteps(balanceLine(props.total, recent.data.transactions), platform.clock());
  };
  return (
    <Show when={drawn()}>
      {(chart) => (
        <figure class="chart">
          <svg class="chart-picture" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
            <path class="chart-area" d={chart().area} />
            <path class="chart-line" d={chart().line} />
          </svg>
          <figcaption class="chart-caption" aria-hidden="true">
            <span>{formatDay(chart().points[0]?.time ?? 0, locale())}</span>
            <span>{t("time.today")}</span>
          </figcaption>
          <div class="offscreen">
          <table>
            <caption>{t("home.chart")}</caption>
            <tbody>
              <For each={chart().points.slice(-12)}>
                {(point) => (
                  <tr>
                    <th scope="row">{formatDay(point.time, locale())}</th>
                    <td>{amountText(toSats(Math.max(0, point.sats)), session.settings().unit)}</td>
                  </tr>
                )}
              </For>
            </tbody>
          </table>
          </div>
        </figure>
      )}
    </Show>
  );
}
