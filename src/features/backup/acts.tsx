import { createSignal } from "solid-js";
import { useToasts } from "../../components/toast";
import { t } from "../../i18n";
import type { Imported } from "../../ipc/types";
import { makeIntent } from "../../lib/request-id";
import { useCommand } from "../../query/use";
import { useWalletId } from "../wallets";

/** What was written or read last, to be shown until something else happens. */
export type Outcome =
  | { kind: "written"; path: string; verified: boolean }
  | { kind: "imported"; imported: Imported }
  | { kind: "words" };

/** The acts of the backup screen; everything secret happens in windows that Rust opens. */
export function useBackupActs() {
  const walletId = useWalletId();
  const toasts = useToasts();
  const [outcome, setOutcome] = createSignal<Outcome>();
  const exporting = useCommand("cmd_export_wallet", { quiet: true });
  const backing = useCommand("cmd_backup_wallet", { quiet: true });
  const showing = useCommand("cmd_show_words", { quiet: true });
  const checking = useCommand("cmd_check_words", { quiet: true });
  const importing = useImport((imported) => setOutcome({ kind: "imported", imported }));
  const exportIntent = makeIntent();
  const backupIntent = makeIntent();
  const resets = [exporting, backing, showing, checking];
  const begin = (): void => {
    setOutcome(undefined);
    for (const act of resets) act.reset();
    importing.command.reset();
  };
  return {
    outcome,
    exporting,
    backing,
    showing,
    checking,
    importing: importing.command,
    error: () => exporting.error ?? backing.error ?? showing.error ?? checking.error ?? importing.command.error,
    export: () => {
      begin();
      exporting.mutate([{ request_id: exportIntent.id(), wallet_id: walletId() }], {
        onSuccess: ({ path, verified }) => {
          exportIntent.done();
          setOutcome({ kind: "written", path, verified });
        },
      });
    },
    backup: () => {
      begin();
      backing.mutate([{ request_id: backupIntent.id(), wallet_id: walletId() }], {
        onSuccess: ({ path, verified }) => {
          backupIntent.done();
          setOutcome({ kind: "written", path, verified });
        },
      });
    },
    import: () => {
      begin();
      importing.run();
    },
    show: () => {
      begin();
      showing.mutate([{ wallet_id: walletId() }]);
    },
    check: () => {
      begin();
      checking.mutate([{ wallet_id: walletId() }], {
        onSuccess: (proven) => {
          if (!proven) return;
          setOutcome({ kind: "words" });
          toasts.show({ title: t("backup.words.proven"), icon: "shield", tone: "received" });
        },
      });
    },
  };
}

/** Reads a wallet file that its owner chooses in the system's own dialog. */
export function useImport(onDone: (imported: Imported) => void) {
  const intent = makeIntent();
  const command = useCommand("cmd_import_wallet", {
    quiet: true,
    onDone: (imported) => {
      intent.done();
      onDone(imported);
    },
  });
  return { command, run: () => command.mutate([{ request_id: intent.id(), wallet_id: null }]) };
}
