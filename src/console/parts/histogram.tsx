import { For, Show } from "solid-js";
import { Details } from "../../components/layout";
import { formatFeeRate } from "../../lib/fee-rate";
import { locale, t } from "../i18n";
import type { FeeBand } from "../ipc/types";
import { barsOf, nextBlockRate } from "../lib/bands";
import { formatVsize } from "../lib/format";
import { CID } from "../testids";
import "./histogram.css";

const WIDTH = 320;
const HEIGHT = 96;

/** What waits, by fee rate: drawn, in a sentence, and as a table for those who want it. */
export function Histogram(props: { bands: readonly FeeBand[]; table?: boolean }) {
  const bars = () => barsOf(props.bands, WIDTH, HEIGHT);
  const ends = () => {
    const last = props.bands.length - 1;
    return [...new Set([0, Math.ceil(last / 2), last])].flatMap((at) => {
      const band = props.bands[at];
      return band ? [formatFeeRate(band.from)] : [];
    });
  };
  const said = () => {
    const rate = nextBlockRate(props.bands);
    return rate === undefined ? t("pool.all_fit") : t("pool.next_from", { rate: formatFeeRate(rate) });
  };
  return (
    <Show when={bars().length > 0}>
      <figure class="bands" data-testid={CID.histogram}>
        <svg class="bands-svg" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
          <For each={bars()}>
            {(bar) => (
              <rect class="band-bar" classList={{ "band-next": bar.next }} x={bar.x} y={bar.y} width={bar.width} height={bar.height} />
            )}
          </For>
        </svg>
        <div class="bands-ends" aria-hidden="true">
          <For each={ends()}>{(end) => <span>{end}</span>}</For>
        </div>
        <figcaption class="bands-said">
          <span class="bands-key" aria-hidden="true" /> {said()} <span class="quiet">{t("pool.axis")}</span>
        </figcaption>
        <Show when={props.table}>
          <Details label={t("pool.table")}>
            <table class="bands-table">
              <thead>
                <tr>
                  <th scope="col">{t("pool.rate")}</th>
                  <th scope="col">{t("pool.size")}</th>
                  <th scope="col">{t("pool.count")}</th>
                </tr>
              </thead>
              <tbody>
                <For each={bars()}>
                  {(bar) => (
                    <tr>
                      <th scope="row">
                        {bar.to === undefined
                          ? t("pool.from", { from: formatFeeRate(bar.band.from) })
                          : t("pool.between", { from: formatFeeRate(bar.band.from), to: formatFeeRate(bar.to) })}
                      </th>
                      <td>{formatVsize(bar.band.vsize, locale())}</td>
                      <td>{bar.band.count.toLocaleString(locale())}</td>
                    </tr>
                  )}
                </For>
              </tbody>
            </table>
          </Details>
        </Show>
      </figure>
    </Show>
  );
}
