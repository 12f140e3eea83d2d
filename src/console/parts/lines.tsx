import { Show, type Accessor, type JSX } from "solid-js";
import { Button } from "../../components/button";
import { Card } from "../../components/layout";
import { Spinner } from "../../components/spinner";
import { VirtualList } from "../../components/virtual-list";
import { createMore, type Growing } from "../../query/pages-query";
import { t } from "../i18n";
import { CID } from "../testids";
import "./lines.css";

/** Two lines of text and the space around them, in rem. */
const TWO_LINES = 4.4375;

/** A list that comes a page at a time. */
export interface Pages extends Growing {
  isFetchingNextPage: boolean;
}

/** A list of any length: drawn as far as it is in view, fetched as far as one scrolls. */
export function Lines<T>(props: {
  rows: readonly T[];
  keyOf: (row: T) => string;
  pages: Pages;
  label: string;
  /** What a row's height is taken for until it is drawn, in rem. */
  height?: number;
  children: (row: Accessor<T>) => JSX.Element;
}) {
  const more = createMore(() => props.pages);
  return (
    <>
      <Card tight>
        <VirtualList
          items={props.rows}
          keyOf={(row) => props.keyOf(row)}
          heightOf={() => props.height ?? TWO_LINES}
          grow
          open={props.pages.hasNextPage}
          onNearEnd={more}
          label={props.label}
        >
          {(row) => props.children(row)}
        </VirtualList>
      </Card>
      <div class="lines-end" role="status">
        <Show when={props.pages.isFetchingNextPage}>
          <Spinner />
          <span class="offscreen">{t("state.loading")}</span>
        </Show>
        <Show when={props.pages.isFetchNextPageError && !props.pages.isFetchingNextPage}>
          <Button icon="sync" data-testid={CID.more} onClick={() => void props.pages.fetchNextPage()}>
            {t("action.more")}
          </Button>
        </Show>
      </div>
    </>
  );
}
