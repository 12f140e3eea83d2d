import { A } from "@solidjs/router";
import { For, Show } from "solid-js";
import "../../components/states.css";
import { Icon } from "../../components/icon";
import { Amount } from "../../parts/amount";
import { Ago } from "../../parts/when";
import { locale, t } from "../i18n";
import type { NodeBlockRow } from "../ipc/types";
import { fullnessOf } from "../lib/bands";
import { formatBytes, shortId } from "../lib/format";
import { CID } from "../testids";
import { Lines, type Pages } from "./lines";
import "./blocks.css";

const percent = (weight: number): string => String(Math.round(fullnessOf(weight) * 100));

/** The newest blocks side by side, each as full as it is. */
export function BlockColumns(props: { blocks: readonly NodeBlockRow[] }) {
  return (
    <ol class="columns" aria-label={t("blocks.latest")}>
      <For each={props.blocks}>
        {(block) => (
          <li>
            <A
              class="column-block"
              href={`/block/${block.hash}`}
              data-testid={CID.blockColumn}
              data-height={block.height}
              data-removed={block.weight === null}
              aria-label={t(block.weight === null ? "blocks.removed.said" : "blocks.said", {
                height: block.height.toLocaleString(locale()),
                count: block.transactions,
                number: block.transactions.toLocaleString(locale()),
                full: percent(block.weight ?? 0),
              })}
            >
              <Show
                when={block.weight !== null}
                fallback={
                  <span class="column-svg column-removed" aria-hidden="true">
                    <Icon name="trash" />
                  </span>
                }
              >
                <svg class="column-svg" viewBox="0 0 10 10" preserveAspectRatio="none" aria-hidden="true">
                  <rect class="column-all" x="0" y="0" width="10" height="10" />
                  <rect class="column-part" x="0" y={10 - fullnessOf(block.weight ?? 0) * 10} width="10" height={fullnessOf(block.weight ?? 0) * 10} />
                </svg>
              </Show>
              <span class="column-height" aria-hidden="true">
                {block.height.toLocaleString(locale())}
              </span>
              <span class="column-note" aria-hidden="true">
                {t("blocks.short", { number: block.transactions.toLocaleString(locale()) })}
              </span>
              <span class="column-note" aria-hidden="true">
                <Ago at={block.time} />
              </span>
            </A>
          </li>
        )}
      </For>
    </ol>
  );
}

/** Where the newest blocks will stand. */
export function ColumnsSkeleton(props: { count: number }) {
  return (
    <div class="columns" role="status" aria-label={t("state.loading")} data-testid="skeleton">
      <For each={Array.from({ length: props.count })}>
        {() => (
          <span class="column-block" aria-hidden="true">
            <span class="column-svg skeleton-line" />
            <span class="skeleton-line" />
            <span class="skeleton-line skeleton-short" />
          </span>
        )}
      </For>
    </div>
  );
}

/** Blocks, a line each. */
export function BlockList(props: { blocks: readonly NodeBlockRow[]; pages: Pages }) {
  return (
    <Lines rows={props.blocks} keyOf={(block) => block.hash} pages={props.pages} label={t("blocks.title")}>
      {(block) => (
        <A class="line-link" href={`/block/${block().hash}`} data-testid={CID.blockRow} data-height={block().height} data-removed={block().weight === null}>
          <span class="line-main">
            <span class="line-title">{block().height.toLocaleString(locale())}</span>
            <span class="line-note mono" translate="no">
              {shortId(block().hash)}
            </span>
          </span>
          <span class="line-end">
            <span>{t("blocks.txs", { count: block().transactions, number: block().transactions.toLocaleString(locale()) })}</span>
            <span class="line-note">
              <Show when={block().size}>{(size) => <span class="line-wide">{formatBytes(size(), locale())} · </span>}</Show>
              <Ago at={block().time} />
            </span>
          </span>
          <Show when={block().weight} fallback={<span class="line-fill-mark line-note">{t("blocks.removed")}</span>}>
            {(weight) => (
              <span class="line-fill-mark" aria-label={t("blocks.full", { full: percent(weight()) })} role="img">
                <svg viewBox="0 0 10 4" preserveAspectRatio="none" aria-hidden="true">
                  <rect class="meter-all" x="0" y="0" width="10" height="4" />
                  <rect class="meter-part" x="0" y="0" width={fullnessOf(weight()) * 10} height="4" />
                </svg>
                <Show when={block().fees !== null}>
                  <Amount sats={block().fees} size="small" />
                </Show>
              </span>
            )}
          </Show>
        </A>
      )}
    </Lines>
  );
}
