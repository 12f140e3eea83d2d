import type { BackupHealth, LabelsPreview, ProvenBackup, TakenLabels } from "../types";
import type { Scenario } from "./scenario";
import type { World } from "./world";

/** Backups put to the test, words for what devices share, files of other wallets. */
export function makeFakeSafety(scenario: Scenario, world: World) {
  let proven: number | null = scenario.drilled ? world.now() - 5 * 86_400 : null;
  const path = "/home/mira/Backups/everyday-2026-11-22.satchel";
  const would: TakenLabels = scenario.plain
    ? { added: 0, replaced: 0, kept: 0, unchanged: 412, locked: 0, of_other_wallets: 0, passed_over: [], passed_over_count: 0 }
    : {
        added: 407, replaced: 0, kept: 3, unchanged: 2, locked: 4, of_other_wallets: 12,
        passed_over: [{ line: 17, reason: "its target is none" }, { line: 230, reason: "it is no record" }], passed_over_count: 2,
      };
  const txid = world.chance.hex(64);
  const preview: LabelsPreview = {
    read_id: "", file: "sparrow-labels.jsonl", would, unknown: scenario.plain ? 0 : 2,
    differing: scenario.plain
      ? []
      : [
          { on: "tx", target: txid, ours: "Rent, November", theirs: "rent nov" },
          { on: "output", target: `${txid}:1`, ours: "Change of the rent", theirs: "change" },
        ],
  };
  return {
    handlers: {
      cmd_get_backup_health: (): BackupHealth => ({
        path: world.backedUpAt === null ? null : path, written_at: world.backedUpAt, proven_at: proven, never: [],
      }),
      cmd_prove_backup: (): ProvenBackup => {
        proven = world.now();
        return {
          path, written_at: world.backedUpAt ?? world.now(),
          wallets: world.wallets.slice(0, scenario.plain ? 1 : 2).map((wallet) => ({
            id: wallet.id, name: wallet.name, network: wallet.network, script_type: wallet.script_type, has_seed: wallet.has_seed, labels: 41, locked_coins: 1,
          })),
          lacking: scenario.plain ? world.wallets.slice(1).map((wallet) => wallet.id) : [],
        };
      },
      cmd_export_labels: (req: { form: string | null }) => ({
        path: `/home/mira/Documents/Everyday.${req.form === "electrum" ? "json" : "jsonl"}`, bytes: 52_310, verified: true,
      }),
      cmd_read_labels: (req: { request_id: string }): LabelsPreview => ({ ...preview, read_id: req.request_id }),
      cmd_take_labels: (req: { differing: string }): TakenLabels => (req.differing === "take_theirs" ? { ...would, kept: 0, replaced: would.kept } : would),
      cmd_export_descriptors: () => ({ path: "/home/mira/Documents/Everyday.bip138", bytes: 612, verified: true }),
      cmd_export_metadata: () => ({ path: "/home/mira/Documents/Everyday.json", bytes: 61_204, verified: true }),
      cmd_read_descriptors: () => [
        { external: `tr([d34db33f/86'/1'/0']tpub${"DCxZ7mHkU2w9".repeat(8)}/0/*)#q8m2c0d4`, internal: null, last_index: 61, wallet_id: world.wallets[0]?.id ?? null },
      ],
    },
  };
}
