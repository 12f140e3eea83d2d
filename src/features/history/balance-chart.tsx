import { createSignal, createUniqueId, For, Show } from "solid-js";
import { locale, t } from "../../i18n";
import { amountText } from "../../lib/format-sats";
import { toSats, type Sats } from "../../lib/sats";
import { formatDay, formatExact } from "../../lib/time";
import { usePlatform } from "../../platform/context";
import { Amount } from "../money";
import { useSession } from "../session";
import { balanceAt, drawSteps, rangesOf, windowOf, type ChartRange, type Drawn, type Window } from "./chart-model";
import { balanceLine, type BalancePoint } from "./model";
import { useRecent } from "./recent";
import "./balance-chart.css";

const WIDTH = 640;
const HEIGHT = 96;
/** Steps of the pointer and the arrow keys along the time. */
const STEPS = 120;
const SHORT = 2 * 86_400;

const sats = (value: number): Sats => toSats(Math.max(0, Math.round(value)));

/** What the chart says in words: what changed, or the balance at the time one points at. */
function Reading(props: { window: Window; points: readonly BalancePoint[]; at: number | undefined; when: (time: number) => string }) {
  const start = () => props.window.points[0]?.sats ?? 0;
  const change = () => (props.window.points[props.window.points.length - 1]?.sats ?? 0) - start();
  return (
    <p class="chart-reading">
      <Show
        when={props.at}
        fallback={
          <Show when={start() > 0} fallback={t("chart.first", { time: props.when(props.window.points[1]?.time ?? props.window.from) })}>
            <Amount sats={sats(Math.abs(change()))} sign={change() < 0 ? "−" : "+"} size="small" />
            <span>{t("chart.since", { time: props.when(props.window.from) })}</span>
          </Show>
        }
      >
        {(time) => (
          <>
            <Amount sats={sats(balanceAt(props.points, time()))} size="small" />
            <span>{props.when(time())}</span>
          </>
        )}
      </Show>
    </p>
  );
}

function Plot(props: { drawn: Drawn; window: Window; at: number | undefined }) {
  const fade = createUniqueId();
  const end = () => props.window.points[props.window.points.length - 1]?.sats ?? 0;
  const mark = (time: number, value: number) => ({
    left: `${(Number(props.drawn.x(time)) / WIDTH) * 100}%`,
    top: `${(Number(props.drawn.y(value)) / HEIGHT) * 100}%`,
  });
  return (
    <>
    <svg class="chart-picture" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
      <defs>
        <linearGradient id={fade} x1="0" y1="0" x2="0" y2="1">
          <stop class="chart-fade-top" offset="0" />
          <stop class="chart-fade-end" offset="1" />
        </linearGradient>
      </defs>
      <path fill={`url(#${fade})`} d={props.drawn.area} />
      <path class="chart-line" d={props.drawn.line} />
      <Show when={props.at}>{(time) => <path class="chart-hair" d={`M${props.drawn.x(time())} 0V${HEIGHT}`} />}</Show>
    </svg>
    {/* Not in the picture, which is stretched: a dot stays round. */}
    <span
      class="chart-dot"
      style={props.at === undefined ? mark(props.window.to, end()) : mark(props.at, balanceAt(props.window.points, props.at))}
      aria-hidden="true"
    />
    </>
  );
}

/** The balance over the last payments, to point at. Behind it is a table for those who do not see it. */
export function BalanceChart(props: { total: Sats | null }) {
  const recent = useRecent();
  const platform = usePlatform();
  const session = useSession();
  const [range, setRange] = createSignal<ChartRange>("all");
  const [at, setAt] = createSignal<number>();
  const points = () => {
    if (props.total === null || recent.isPending || !recent.data) return [];
    return balanceLine(props.total, recent.data.transactions);
  };
  const ranges = () => rangesOf(points(), platform.clock());
  const shown = () => windowOf(points(), ranges().includes(range()) ? range() : "all", platform.clock());
  const point = (element: HTMLElement, x: number): void => {
    const box = element.getBoundingClientRect();
    setAt(Math.round(Math.min(1, Math.max(0, (x - box.left) / Math.max(1, box.width))) * STEPS));
  };
  return (
    <Show when={shown()}>
      {(window) => {
        const drawn = () => drawSteps(window(), WIDTH, HEIGHT);
        const when = (time: number) => (window().to - window().from < SHORT ? formatExact(time, locale()) : formatDay(time, locale()));
        const time = () => {
          const step = at();
          return step === undefined ? undefined : Math.round(window().from + ((window().to - window().from) * step) / STEPS);
        };
        return (
          <figure class="chart">
            <div class="chart-head">
              <Reading window={window()} points={window().points} at={time()} when={when} />
              <Show when={ranges().length > 0}>
                <div class="chart-ranges" role="group" aria-label={t("chart.range")}>
                  <For each={ranges()}>
                    {(choice) => (
                      <button type="button" class="chart-range" aria-pressed={range() === choice} onClick={() => setRange(choice)}>
                        {t(`chart.range.${choice}`)}
                      </button>
                    )}
                  </For>
                </div>
              </Show>
            </div>
            <div class="chart-plot" dir="ltr" onPointerMove={(event) => point(event.currentTarget, event.clientX)} onPointerLeave={() => setAt(undefined)}>
              <Plot drawn={drawn()} window={window()} at={time()} />
              <input
                class="chart-scrub"
                type="range"
                min={0}
                max={STEPS}
                value={at() ?? STEPS}
                aria-label={t("chart.scrub")}
                aria-valuetext={`${when(time() ?? window().to)}: ${amountText(sats(balanceAt(window().points, time() ?? window().to)), session.settings().unit)}`}
                onInput={(event) => setAt(Number(event.currentTarget.value))}
                onBlur={() => setAt(undefined)}
              />
            </div>
            <div class="offscreen">
              <table>
                <caption>{t("home.chart")}</caption>
                <tbody>
                  <For each={window().points.slice(-12)}>
                    {(row) => (
                      <tr>
                        <th scope="row">{when(row.time)}</th>
                        <td>{amountText(sats(row.sats), session.settings().unit)}</td>
                      </tr>
                    )}
                  </For>
                </tbody>
              </table>
            </div>
          </figure>
        );
      }}
    </Show>
  );
}
