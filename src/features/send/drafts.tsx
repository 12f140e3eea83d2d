import { For, Show } from "solid-js";
import { Card, LinkRow, Pill, Section } from "../../components/layout";
import { t } from "../../i18n";
import type { Draft } from "../../ipc/types";
import { useAnswer } from "../../query/use";
import { TESTID } from "../../testids";
import { Ago, Amount } from "../money";
import { useWalletId } from "../wallets";

const SHOWN = 3;

/** Payments that were begun and not sent. One that is signed could still be sent by whoever holds its bytes. */
export function UnfinishedPayments() {
  const walletId = useWalletId();
  const drafts = useAnswer("cmd_list_drafts", () => [{ wallet_id: walletId() }], () => ({ enabled: walletId() !== null }));
  const open = (): Draft[] =>
    drafts.isPending || !drafts.data ? [] : drafts.data.filter((draft) => draft.state !== "broadcast").slice(0, SHOWN);
  return (
    <Show when={open().length > 0}>
      <Section title={t("drafts.title")}>
        <Card tight>
          <For each={open()}>
            {(draft) => (
              <LinkRow
                icon="edit"
                href={`/send/review/${draft.id}`}
                data-testid={TESTID.draftCard}
                title={draft.label ?? (draft.state === "signed" ? t("drafts.signed") : t("drafts.open"))}
                text={
                  <>
                    <Show when={draft.prepared_on}>{(device) => <>{t("drafts.prepared_on", { device: device() })} · </>}</Show>
                    <Ago at={draft.created_at} />
                    <Show when={draft.rivals.length > 0}>
                      {" "}
                      <Pill tone="danger">{t("drafts.rivals")}</Pill>
                    </Show>
                  </>
                }
                trailing={<Amount sats={draft.total} size="small" />}
              />
            )}
          </For>
        </Card>
      </Section>
    </Show>
  );
}
