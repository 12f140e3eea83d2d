import { toSats } from "../../lib/sats";
import type { Draft, Notice, Rival } from "../types";
import { fakeAddress } from "./chance";
import { ADDED } from "./circle";
import type { Scenario } from "./scenario";
import type { World } from "./world";

/** Notices, and the marks that other devices leave on coins, addresses and drafts. */
export function makeFakeNotices(scenario: Scenario, world: World) {
  const now = world.now();
  const wallet = world.wallets.find((each) => each.selected) ?? world.wallets[0];
  const replaced = world.transactions.find((tx) => tx.status === "replaced");
  let notices: Notice[] = [];
  const rival = (draft: string | null, stage: Rival["stage"], coins: string[]): Rival => ({
    txid: world.chance.hex(64), stage, devices: ["Kitchen laptop"], coins, draft_id: draft,
  });
  const notice = (part: Partial<Notice> & Pick<Notice, "kind" | "text" | "at">): Notice => ({
    id: world.chance.hex(32), wallet_id: wallet?.id ?? null, wallet: wallet?.name ?? null, txid: null, replaced_by: null, address: null, device_id: null, dismissed_at: null, ...part,
  });
  if (scenario.added) {
    const text = "Tablet was added to your devices by Phone.";
    notices = [notice({ kind: "device_added", text, at: now - 280, wallet_id: null, wallet: null, device_id: ADDED })];
  }
  if (scenario.older) {
    const text = "What was brought back is older than this wallet: 7 addresses were used since then, and labels, locks and drafts of that time are not here.";
    notices = [notice({ kind: "bundle_older", text, at: now - 40 })];
  }
  if (scenario.clash && wallet) {
    const other = world.wallets.find((each) => each.id !== wallet.id) ?? wallet;
    const address = world.receive.find((row) => !row.used)?.address ?? fakeAddress(world.chance, scenario.network);
    notices = [
      notice({
        kind: "payment_replaced", text: "Payment to rent was replaced by Kitchen laptop's payment.", at: now - 320,
        txid: replaced?.txid ?? world.chance.hex(64), replaced_by: replaced?.replaced_by ?? world.transactions[0]?.txid ?? null,
      }),
      notice({ kind: "address_twice", text: `Address ${address} (number 7) was shown by this device and by Phone of Ada.`, at: now - 9_000, address }),
      notice({ kind: "payment_replaced", text: "A payment of Phone of Ada was replaced by a payment of this device.", at: now - 90_000, wallet_id: other.id, wallet: other.name }),
    ];
    world.receive = world.receive.map((row) => (row.used ? row : { ...row, maybe_on: ["Kitchen laptop", "Phone of Ada"] }));
    world.coins = world.coins.map((coin, i) => (i === 1 || i === 3 ? { ...coin, locked: false, spendable: false, reserved_by: "Kitchen laptop" } : coin));
    const coin = world.coins[1]?.outpoint ?? "";
    const draft = (part: Partial<Draft> & Pick<Draft, "id">): Draft => {
      const amount = toSats(4_250_000);
      return {
        wallet_id: wallet.id, purpose: "payment", replaces_txid: null, state: "open", txid: null, amount, change: toSats(1_250_000), fee: toSats(1_417),
        total: toSats(4_251_417), fee_rate: 9.2, vsize: 154, inputs: 1, label: null, created_at: now - 600, prepared_on: null, rivals: [],
        recipients: [{ address: fakeAddress(world.chance, scenario.network), amount, contact: null }], ...part,
      };
    };
    const theirs = world.chance.hex(32);
    world.drafts = [
      draft({ id: "d1".repeat(16), label: "Rent, December", rivals: [rival(theirs, "signed", [coin]), rival(null, "sent", [coin, coin.replace(":", "0:")])] }),
      draft({ id: theirs, prepared_on: "Kitchen laptop", state: "signed" }),
    ];
  }
  return {
    handlers: {
      cmd_list_notices: (req: { all?: boolean }) => ({ notices: notices.filter((notice) => req.all === true || notice.dismissed_at === null) }),
      cmd_dismiss_notice: (req: { notice_id: string }) => {
        notices = notices.map((notice) => (notice.id === req.notice_id ? { ...notice, dismissed_at: world.now() } : notice));
        return null;
      },
    },
    /** Forgets a payment that was dropped where it was in the way of others. */
    dropped: (draft: string) => {
      world.drafts = world.drafts.map((each) => ({ ...each, rivals: each.rivals.filter((other) => other.draft_id !== draft) }));
    },
    /** Another device's payment that wants the same coins, for one that waits. */
    pendingRivals: (): Rival[] => (scenario.clash ? [rival(null, "signed", ["aa:0"])] : []),
    unasked: (): string[] => (scenario.clash ? ["/home/mira/Sync/satchel"] : []),
  };
}
