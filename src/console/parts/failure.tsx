import { A } from "@solidjs/router";
import { Show } from "solid-js";
import { Button } from "../../components/button";
import { Details } from "../../components/layout";
import { Notice } from "../../components/states";
import { isKey, t, type Key } from "../i18n";
import type { WireError } from "../ipc/types";
import { CID } from "../testids";

/** What a failure has: the same for one that was thrown and one that stands in an answer. */
export type Failed = Pick<WireError, "message"> & { code: string };

const known = (name: string): Key | undefined => (isKey(name) ? name : undefined);

/** Faults that are mended where the node is set. */
const BY_CONNECTION: readonly string[] = ["no_backend", "unreachable", "node_no_proxy", "bad_answer", "node_unauthorized", "node_no_cookie", "node_other_chain"];

export function failureText(error: Failed): { title: string; advice: string } {
  return { title: t(known(`fail.${error.code}`) ?? "fail.unknown"), advice: t(known(`fail.${error.code}.do`) ?? "fail.do") };
}

/** Whether a person only changed their mind. */
export const isSecondThought = (error: Failed): boolean => error.code === "declined" || error.code === "cancelled";

/** A failure in our words, and what was said in its own. */
export function Failure(props: {
  error: Failed;
  onRetry?: (() => void) | undefined;
  busy?: boolean;
  /** It stands where the node is set, or where no view can be reached. */
  linkless?: boolean;
}) {
  return (
    <Notice
      tone={isSecondThought(props.error) ? "info" : "danger"}
      title={failureText(props.error).title}
      testId={CID.failure}
      code={props.error.code}
      actions={
        <>
          <Show when={props.onRetry}>
            {(retry) => (
              <Button small icon="sync" busy={props.busy ?? false} onClick={() => retry()()}>
                {t("action.again")}
              </Button>
            )}
          </Show>
          <Show when={props.linkless !== true && BY_CONNECTION.includes(props.error.code)}>
            <A class="link-quiet" href="/connection">
              {t("fail.to_connection")}
            </A>
          </Show>
        </>
      }
    >
      <p>{failureText(props.error).advice}</p>
      <Show when={!isSecondThought(props.error)}>
        <Details label={t("fail.details")}>
          <p class="quote mono">
            {props.error.code}: {props.error.message}
          </p>
        </Details>
      </Show>
    </Notice>
  );
}
