import { Show } from "solid-js";
import { t } from "../i18n";
import { Button } from "./button";

interface Pages {
  readonly hasNextPage: boolean;
  readonly isFetchingNextPage: boolean;
  readonly fetchNextPage: () => Promise<unknown>;
}

/** Asks for the next page of a list, while there is one. */
export function MorePages(props: { pages: Pages }) {
  return (
    <Show when={props.pages.hasNextPage}>
      <Button busy={props.pages.isFetchingNextPage} onClick={() => void props.pages.fetchNextPage()}>
        {t("action.more")}
      </Button>
    </Show>
  );
}
