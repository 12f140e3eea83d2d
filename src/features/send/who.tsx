import { useNavigate } from "@solidjs/router";
import { Show, type JSX } from "solid-js";
import { Button } from "../../components/button";
import { TextArea } from "../../components/field";
import { Card } from "../../components/layout";
import { Notice } from "../../components/states";
import { t } from "../../i18n";
import { usePlatform } from "../../platform/context";
import { useCommand } from "../../query/use";
import { TESTID } from "../../testids";
import { noticeOf } from "../notice";
import { ScanButton } from "../scan";
import { useWalletId } from "../wallets";
import { useSendFlow } from "./flow";

/** First step: to whom. The text is read by Rust, which knows every form of an address. */
export function Who(props: { chooser?: JSX.Element }) {
  const flow = useSendFlow();
  const walletId = useWalletId();
  const platform = usePlatform();
  const navigate = useNavigate();
  const parse = useCommand("cmd_parse_payment", { quiet: true });
  let field: HTMLTextAreaElement | undefined;

  const goOn = (text: string): void => {
    const trimmed = text.trim();
    if (trimmed === "" || parse.isPending) return;
    parse.mutate([{ wallet_id: walletId(), text: trimmed }], {
      onSuccess: (target) => {
        flow.takeTarget(target);
        navigate("/send/amount");
      },
    });
  };
  const paste = async (): Promise<void> => {
    const text = await platform.paste();
    if (text === undefined || text.trim() === "") {
      field?.focus();
      return;
    }
    flow.say({ text: text.trim() });
    goOn(text);
  };
  const fault = () => {
    const error = parse.error;
    if (!error) return undefined;
    const words = noticeOf(error);
    return `${words.title} ${words.advice}`;
  };
  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault();
        goOn(flow.said().text);
      }}
    >
      <Card>
        <TextArea
          label={t("send.to")}
          hint={t("send.to.hint")}
          error={fault()}
          mono
          rows={3}
          value={flow.said().text}
          data-testid={TESTID.sendTo}
          ref={(element) => (field = element)}
          onInput={(text) => {
            parse.reset();
            flow.say({ text, target: undefined });
          }}
          onKeyDown={(event) => {
            if (event.key !== "Enter" || event.shiftKey) return;
            event.preventDefault();
            goOn(flow.said().text);
          }}
        />
        <div class="line">
          <ScanButton
            place="send"
            onUse={(seen) => {
              if (seen.kind !== "payment") return;
              parse.reset();
              flow.say({ text: seen.target.address });
              flow.takeTarget(seen.target);
              navigate("/send/amount");
            }}
          />
          {props.chooser}
          <Button small icon="paste" onClick={() => void paste()}>
            {t("send.paste")}
          </Button>
        </div>
      </Card>
      <Show when={flow.said().coins.length > 0}>
        <Notice
          tone="info"
          icon="coins"
          actions={
            <Button small onClick={() => flow.say({ coins: [] })}>
              {t("send.coins.any")}
            </Button>
          }
        >
          <p>{t("send.coins.chosen", { count: flow.said().coins.length })}</p>
        </Notice>
      </Show>
      <Button
        kind="primary"
        wide
        type="submit"
        busy={parse.isPending}
        disabled={flow.said().text.trim() === ""}
        data-testid={TESTID.sendNext}
      >
        {t("action.continue")}
      </Button>
    </form>
  );
}
