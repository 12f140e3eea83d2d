import { Match, Show, Switch, type JSX } from "solid-js";
import { Button } from "../../components/button";
import { Icon } from "../../components/icon";
import { Skeleton } from "../../components/states";
import { toIpcError } from "../../ipc/error";
import { Ago } from "../../parts/when";
import { t } from "../i18n";
import type { NodeSeen } from "../ipc/types";
import { useAnswer } from "../query/use";
import { CID } from "../testids";
import { Failure, failureText, type Failed } from "./failure";
import "./view.css";

interface Query<T> {
  isPending: boolean;
  isError: boolean;
  isFetching: boolean;
  error: unknown;
  data: T | undefined;
  refetch: () => unknown;
}

/** Says that what is below is the last good picture, from when, and why there is no newer one. */
function OldMark(props: { at: number | undefined; error: Failed | undefined; busy: boolean; onRetry: () => void }) {
  return (
    <div class="old-mark" role="status" data-testid={CID.old}>
      <Icon name="clock" />
      <p class="old-text">
        <strong>
          <Show when={props.at} fallback={t("old.title")}>
            {(at) => (
              <>
                {t("old.as_of")} <Ago at={at()} />
              </>
            )}
          </Show>
        </strong>{" "}
        <Show when={props.error}>{(error) => <span>{failureText(error()).title}.</span>}</Show>
      </p>
      <Button small icon="sync" busy={props.busy} onClick={() => props.onRetry()}>
        {t("action.again")}
      </Button>
    </div>
  );
}

/** Stands where an answer would, when it is told above the view why there is none. */
function NotKnown(props: { error: Failed; busy: boolean; onRetry: (() => void) | undefined }) {
  return (
    <div class="not-known" data-testid={props.onRetry ? CID.failure : undefined} data-code={props.error.code}>
      <p class="quiet">{t("state.not_known")}</p>
      <Show when={props.onRetry}>
        {(retry) => (
          <Button small icon="sync" busy={props.busy} onClick={() => retry()()}>
            {t("action.again")}
          </Button>
        )}
      </Show>
    </div>
  );
}

/**
 * What a question looks like on the way to its answer: waiting, failed, empty, there. The last good answer stays in
 * sight when there is no newer one, marked as old.
 */
export function NodeView<T>(props: {
  query: Query<T>;
  /** How fresh the answer is, when it says. */
  seen?: (data: T) => NodeSeen;
  skeleton?: JSX.Element;
  isEmpty?: (data: T) => boolean;
  empty?: JSX.Element;
  /** What stands for failures that are answers as well, such as that there is no such block. */
  failed?: (error: Failed) => JSX.Element | undefined;
  /** The age is told by another part of the same view. */
  toldAbove?: boolean;
  children: (data: () => T) => JSX.Element;
}) {
  const failure = (): Failed | undefined => (props.query.isError ? toIpcError(props.query.error) : undefined);
  // The answer must not be read while it is pending: that would suspend the whole view.
  const data = (): T | undefined => (props.query.isPending ? undefined : props.query.data);
  const seen = (): NodeSeen | undefined => {
    const found = data();
    return found === undefined ? undefined : props.seen?.(found);
  };
  // Nothing was asked again since the line was lost, and what is shown is as old as that.
  const health = useAnswer("cmd_get_health", () => []);
  const isDown = () => !health.isPending && health.data?.line === "down";
  const isLost = () => props.seen !== undefined && isDown();
  const old = () => data() !== undefined && (seen()?.old === true || failure() !== undefined || isLost());
  const special = () => {
    const error = failure();
    return error && data() === undefined ? props.failed?.(error) : undefined;
  };
  return (
    <>
      <Show when={old() && props.toldAbove !== true}>
        <OldMark
          at={seen()?.at}
          error={isDown() ? undefined : (failure() ?? seen()?.error ?? undefined)}
          busy={props.query.isFetching}
          onRetry={() => void props.query.refetch()}
        />
      </Show>
      <Switch>
        <Match when={props.query.isPending && !props.query.isError}>{props.skeleton ?? <Skeleton label={t("state.loading")} />}</Match>
        <Match when={data() !== undefined && props.isEmpty?.(data() as T) === true}>{props.empty}</Match>
        <Match when={data() !== undefined}>
          <div class="view" classList={{ "view-old": old() }}>
            {props.children(() => data() as T)}
          </div>
        </Match>
        <Match when={special()}>{(shown) => shown()}</Match>
        <Match when={isDown() && failure()}>
          {(error) => (
            <NotKnown
              error={error()}
              busy={props.query.isFetching}
              onRetry={props.toldAbove === true ? undefined : () => void props.query.refetch()}
            />
          )}
        </Match>
        <Match when={failure()}>
          {(error) => <Failure error={error()} busy={props.query.isFetching} onRetry={() => void props.query.refetch()} />}
        </Match>
      </Switch>
    </>
  );
}
