import { useNavigate } from "@solidjs/router";
import { Show } from "solid-js";
import { Button } from "../../components/button";
import { Card } from "../../components/layout";
import { t } from "../../i18n";
import { useAnswer } from "../../query/use";
import { TESTID } from "../../testids";
import { Awaiting, ErrorNotice } from "../notice";
import { useWalletId } from "../wallets";
import { useBackupActs } from "./acts";
import { reminds } from "./model";
import "./backup.css";

/** After a wallet came into being: write the words down, prove it, or say later. */
export function BackupPrompt() {
  const navigate = useNavigate();
  const acts = useBackupActs();
  const proven = () => acts.outcome()?.kind === "words";
  return (
    <div class="stack-wide" data-testid={TESTID.backupPrompt}>
      <p>{t("prompt.text")}</p>
      <Show when={acts.error()}>{(error) => <ErrorNotice error={error()} />}</Show>
      <Card>
        <ol class="prompt-steps">
          <li class="prompt-step">
            <div>
              <p class="row-title">{t("prompt.write")}</p>
              <p class="quiet small">{t("prompt.write.text")}</p>
              <Button icon="words" busy={acts.showing.isPending} data-testid={TESTID.backupShowWords} onClick={() => acts.show()}>
                {t("backup.show")}
              </Button>
            </div>
          </li>
          <li class="prompt-step">
            <div>
              <p class="row-title">{t("prompt.check")}</p>
              <p class="quiet small">{t("prompt.check.text")}</p>
              <Button icon="check" busy={acts.checking.isPending} data-testid={TESTID.backupCheckWords} onClick={() => acts.check()}>
                {t("backup.check")}
              </Button>
            </div>
          </li>
        </ol>
      </Card>
      <Show
        when={proven()}
        fallback={
          <div class="stack">
            <Button wide data-testid={TESTID.backupLater} onClick={() => navigate("/")}>
              {t("prompt.later")}
            </Button>
            <p class="quiet small">{t("prompt.later.text")}</p>
          </div>
        }
      >
        <Button kind="primary" wide icon="check" data-testid={TESTID.backupLater} onClick={() => navigate("/")}>
          {t("prompt.done")}
        </Button>
      </Show>
      <Awaiting what="words_show" open={acts.showing.isPending} />
      <Awaiting what="words_check" open={acts.checking.isPending} />
    </div>
  );
}

/** An honest line until the words are proven. */
export function BackupReminder() {
  const walletId = useWalletId();
  const navigate = useNavigate();
  const info = useAnswer("cmd_get_wallet_info", () => [{ wallet_id: walletId() }], () => ({ enabled: walletId() !== null }));
  const due = () => !info.isPending && info.data !== undefined && reminds(info.data);
  return (
    <Show when={due()}>
      <Card>
        <div class="reminder" data-testid={TESTID.backupReminder}>
          <div>
            <p class="row-title">{t("reminder.title")}</p>
            <p class="quiet small">{t("reminder.text")}</p>
          </div>
          <Button small icon="words" onClick={() => navigate("/backup/words")}>
            {t("reminder.act")}
          </Button>
        </div>
      </Card>
    </Show>
  );
}
