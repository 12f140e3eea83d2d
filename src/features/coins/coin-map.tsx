import { For, Show } from "solid-js";
import { createMedia } from "../../components/media";
import { t } from "../../i18n";
import type { Coin } from "../../ipc/types";
import { amountText, formatAmount } from "../../lib/format-sats";
import { toSats } from "../../lib/sats";
import { TESTID } from "../../testids";
import { useSession } from "../session";
import { coinMap, moodOf, moodsOf, type MapArea } from "./model";
import "./coin-map.css";

/** A narrow screen gets a map of its own shape, so that its letters are not scaled down. */
const SHAPES = { wide: [640, 220], narrow: [328, 220] } as const;
const GAP = 1.5;
/** From this size on an amount fits inside. */
const TEXT_WIDTH = 96;
const TEXT_HEIGHT = 26;
/** From this height on a label fits below the amount. */
const LABEL_HEIGHT = 48;
const LETTER = 7.5;

/** As much of a label as an area is wide. */
function fitted(label: string, width: number): string {
  const letters = Math.max(1, Math.floor((width - 20) / LETTER));
  return label.length <= letters ? label : `${label.slice(0, letters - 1).trimEnd()}…`;
}

/** What the colours of the map say, for those that are on it; nothing when all coins are alike. */
export function CoinLegend(props: { coins: readonly Coin[]; chosen: boolean }) {
  const moods = () => moodsOf(props.coins);
  return (
    <Show when={moods().length > 1 || props.chosen}>
      <ul class="coin-legend">
        <For each={moods()}>
          {(mood) => (
            <li class="coin-key" data-mood={mood}>
              {t(`coin.mood.${mood}`)}
            </li>
          )}
        </For>
        <Show when={props.chosen}>
          <li class="coin-key" data-mood="chosen">
            {t("coin.mood.chosen")}
          </li>
        </Show>
      </ul>
    </Show>
  );
}

/** Coins as areas by value. The table below tells the same to those who do not see it. */
export function CoinMap(props: { coins: readonly Coin[]; chosen: readonly string[]; onToggle: (coin: Coin) => void }) {
  const session = useSession();
  const narrow = createMedia("(max-width: 47.5rem)");
  const shape = () => SHAPES[narrow() ? "narrow" : "wide"];
  const areas = () => coinMap(props.coins, shape()[0], shape()[1]);
  const name = (area: MapArea): string => {
    const amount = amountText(toSats(area.sats), session.settings().unit);
    return area.coin ? `${amount} · ${area.coin.label ?? t(`coin.mood.${moodOf(area.coin)}`)}` : t("coins.map.rest", { count: area.count, amount });
  };
  return (
    <svg class="coin-map" viewBox={`0 0 ${shape()[0]} ${shape()[1]}`} role="img" aria-label={t("coins.map")} data-testid={TESTID.coinMap}>
      <For each={areas()}>
        {(area) => (
          <g
            class="coin-area"
            data-mood={area.coin ? moodOf(area.coin) : "rest"}
            data-chosen={area.coin ? props.chosen.includes(area.coin.outpoint) : false}
            onClick={() => {
              if (area.coin?.spendable) props.onToggle(area.coin);
            }}
          >
            <title>{name(area)}</title>
            <rect
              x={area.x + GAP}
              y={area.y + GAP}
              width={Math.max(0.5, area.width - 2 * GAP)}
              height={Math.max(0.5, area.height - 2 * GAP)}
              rx={Math.min(6, area.width / 5, area.height / 5)}
            />
            <Show when={area.width > TEXT_WIDTH && area.height > TEXT_HEIGHT}>
              <text x={area.x + 10} y={area.y + 22}>
                {formatAmount(toSats(area.sats), session.settings().unit)}
              </text>
              <Show when={area.height > LABEL_HEIGHT ? area.coin?.label : undefined}>
                {(label) => (
                  <text class="coin-area-label" x={area.x + 10} y={area.y + 40}>
                    {fitted(label(), area.width)}
                  </text>
                )}
              </Show>
            </Show>
          </g>
        )}
      </For>
    </svg>
  );
}
