import { Match, Show, Switch, type JSX } from "solid-js";
import { Skeleton } from "../../components/states";
import { t } from "../../i18n";
import { toIpcError } from "../../ipc/error";
import { ErrorNotice } from "./error-notice";

interface Query<T> {
  isPending: boolean;
  isError: boolean;
  isFetching: boolean;
  error: unknown;
  data: T | undefined;
  refetch: () => unknown;
}

/**
 * What a question looks like on the way to its answer: waiting, failed, empty, there. An answer that could not be
 * renewed stays in sight, with the failure above it.
 */
export function QueryView<T>(props: {
  query: Query<T>;
  skeleton?: JSX.Element;
  isEmpty?: (data: T) => boolean;
  empty?: JSX.Element;
  /** What stands where the answer would, when there is none because asking failed. */
  failed?: JSX.Element;
  /** The failure is told elsewhere on the screen already. */
  toldAbove?: boolean;
  children: (data: () => T) => JSX.Element;
}) {
  const failure = () => (props.query.isError ? toIpcError(props.query.error) : undefined);
  // The answer must not be read while it is pending: that would suspend the whole screen.
  const data = (): T | undefined => (props.query.isPending ? undefined : props.query.data);
  return (
    <>
      <Show when={props.toldAbove ? undefined : failure()}>
        {(error) => (
          <ErrorNotice error={error()} busy={props.query.isFetching} onRetry={() => void props.query.refetch()} />
        )}
      </Show>
      <Switch>
        <Match when={props.query.isPending && !props.query.isError}>
          {props.skeleton ?? <Skeleton label={t("state.loading")} />}
        </Match>
        <Match when={data() !== undefined && props.isEmpty?.(data() as T) === true}>{props.empty}</Match>
        <Match when={data() !== undefined}>{props.children(() => data() as T)}</Match>
        <Match when={props.query.isError}>{props.failed}</Match>
      </Switch>
    </>
  );
}
