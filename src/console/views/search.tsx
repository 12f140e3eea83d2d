import { Navigate, useParams } from "@solidjs/router";
import { Match, Show, Switch } from "solid-js";
import { PageHead } from "../../components/layout";
import { EmptyState, Skeleton } from "../../components/states";
import { t } from "../i18n";
import { isMissing } from "../lib/missing";
import { pathOf, soughtOf } from "../lib/search";
import { Failure } from "../parts/failure";
import { useAnswer } from "../query/use";
import { CID } from "../testids";

/** An id may be a block's or a transaction's: only the node knows, so it is asked for both. */
function ById(props: { id: string }) {
  const block = useAnswer("cmd_get_block_by_hash", () => [{ hash: props.id, limit: 1 }]);
  const tx = useAnswer("cmd_get_transactions", () => [{ txid: props.id }]);
  const found = () => !tx.isPending && !tx.isError && tx.data.transactions.length > 0;
  const failure = () => [block.error, tx.error].find((error) => error && !isMissing(error));
  return (
    <Switch fallback={<Skeleton label={t("search.looking")} rows={3} />}>
      <Match when={!block.isPending && !block.isError}>
        <Navigate href={`/block/${props.id}`} />
      </Match>
      <Match when={found()}>
        <Navigate href={`/tx/${props.id}`} />
      </Match>
      <Match when={!block.isPending && !tx.isPending && failure()}>{(error) => <Failure error={error()} />}</Match>
      <Match when={!block.isPending && !tx.isPending}>
        <div data-testid={CID.found} class="stack">
          <EmptyState icon="search" title={t("search.none")} text={t("search.none.id")} />
          <p class="quiet small mono sought">{props.id}</p>
        </div>
      </Match>
    </Switch>
  );
}

/** What a text in the search box leads to; and when that is nothing, what was looked for. */
export default function Search() {
  const params = useParams<{ typed: string }>();
  const typed = () => decodeURIComponent(params.typed);
  const sought = () => soughtOf(typed());
  const elsewhere = () => {
    const found = sought();
    return found.kind === "height" || found.kind === "address" ? pathOf(found, typed()) : undefined;
  };
  return (
    <>
      <PageHead title={t("search.title")} />
      <Show when={elsewhere()}>{(path) => <Navigate href={path()} />}</Show>
      <Switch>
        <Match when={sought().kind === "id" && sought()}>
          {(found) => {
            const id = () => {
              const each = found();
              return each.kind === "id" ? each.id : "";
            };
            return <ById id={id()} />;
          }}
        </Match>
        <Match when={sought().kind === "none" && sought()}>
          {(found) => {
            const why = () => {
              const each = found();
              return each.kind === "none" ? each.why : "form";
            };
            return (
              <div data-testid={CID.found} class="stack">
                <EmptyState icon="search" title={t("search.not_understood")} text={t(`search.why.${why()}`)} />
                <p class="quiet small mono sought">{typed()}</p>
              </div>
            );
          }}
        </Match>
      </Switch>
    </>
  );
}
