import { Show } from "solid-js";
import { Button } from "../../components/button";
import { t } from "../../i18n";
import type { HandOverRequest } from "../../ipc/types";
import { useCommand } from "../../query/use";
import type { TestId } from "../../testids";
import { useSession } from "../session";

interface ShareButtonProps {
  what: HandOverRequest;
  /** What is shared, for who hears the button and does not see what stands beside it. */
  name: string;
  small?: boolean;
  "data-testid": TestId;
}

/** Hands something to another program by the system's own sheet, where there is one. */
export function ShareButton(props: ShareButtonProps) {
  const session = useSession();
  const share = useCommand("cmd_hand_over");
  return (
    <Show when={session.snapshot()?.phone}>
      <Button
        small={props.small ?? false}
        icon="upload"
        busy={share.isPending}
        aria-label={t("share.label", { what: props.name })}
        data-testid={props["data-testid"]}
        onClick={() => share.mutate([props.what])}
      >
        {t("share.button")}
      </Button>
    </Show>
  );
}
