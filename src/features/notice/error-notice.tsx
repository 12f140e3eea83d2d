import { Show } from "solid-js";
import { Button } from "../../components/button";
import { Details } from "../../components/layout";
import { Notice } from "../../components/states";
import { t } from "../../i18n";
import type { IpcError } from "../../ipc/error";
import { TESTID } from "../../testids";
import { isSecondThought, noticeOf, type Place } from "./model";
import "./notice.css";

/** A failure: what it is, what it means for the money, what to do. */
export function ErrorNotice(props: { error: IpcError; place?: Place; onRetry?: (() => void) | undefined; busy?: boolean }) {
  const text = () => noticeOf(props.error, props.place);
  return (
    <Notice
      tone={isSecondThought(props.error) ? "info" : "danger"}
      title={text().title}
      testId={TESTID.errorNotice}
      code={props.error.code}
      actions={
        <Show when={props.onRetry}>
          {(retry) => (
            <Button small icon="sync" busy={props.busy ?? false} onClick={() => retry()()}>
              {t("action.again")}
            </Button>
          )}
        </Show>
      }
    >
      <p>{text().money}</p>
      <p>{text().advice}</p>
      <Show when={!isSecondThought(props.error)}>
        <Details label={t("error.details")}>
          <p class="notice-quote mono">{text().quoted}</p>
        </Details>
      </Show>
    </Notice>
  );
}
