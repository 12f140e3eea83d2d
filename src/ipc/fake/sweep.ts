import { toSats } from "../../lib/sats";
import type { Answer, Command, Request } from "../backend";
import { IpcError } from "../error";
import type { CoinSum, Draft, Sweep, SweepStep } from "../types";
import { fakeAddress } from "./chance";
import type { Scenario } from "./scenario";
import type { World } from "./world";

type SweepCommand = Extract<Command, "cmd_list_sweeps" | "cmd_begin_sweep" | "cmd_draft_sweep" | "cmd_finish_sweep" | "cmd_waive_sweep">;
type Handlers = { [C in SweepCommand]: (...request: Request<C>) => Answer<C> | Promise<Answer<C>> };

const sum = (count: number, amount: number): CoinSum => ({ count, amount: toSats(amount) });

function sweepsOf(scenario: Scenario, world: World): Sweep[] {
  const wallet = world.wallets.find((each) => each.selected);
  if (scenario.sweep === "none" || !wallet) return [];
  const one: Sweep = {
    wallet_id: wallet.id, name: wallet.name, network: wallet.network, lost: ["Old phone"], step: "begin", to_wallet_id: null, to_name: null,
    draft_id: null, coins: sum(7, 4_830_200), locked: [], pending: sum(0, 0), left: sum(0, 0), moved: sum(0, 0), payments: { sent: 0, confirmed: 0, left: 1 },
  };
  const to = { to_wallet_id: world.wallets[1]?.id ?? null, to_name: `${wallet.name} 2` };
  const locked = [1, 2].map((n) => ({
    outpoint: `${world.chance.hex(64)}:${n}`, amount: toSats(n * 61_000), address: fakeAddress(world.chance, scenario.network), label: n === 1 ? "From the exchange" : null,
  }));
  const step: SweepStep = scenario.sweep === "locked" || scenario.sweep === "many" ? "draft" : scenario.sweep;
  switch (scenario.sweep) {
    case "elsewhere":
    case "begin":
      return [{ ...one, step }];
    case "locked":
      return [{ ...one, ...to, step, locked }];
    case "many":
      return [{ ...one, ...to, step: "draft", coins: sum(2_204, 31_400_870), moved: sum(1_730, 402_310_000), payments: { sent: 1, confirmed: 0, left: 2 } }];
    case "wait":
      return [{ ...one, ...to, step, coins: sum(0, 0), left: sum(2, 611), moved: sum(5, 4_829_589), payments: { sent: 1, confirmed: 0, left: 0 } }];
    case "put_away":
      return [{ ...one, ...to, step, coins: sum(0, 0), left: sum(2, 611), moved: sum(5, 4_829_589), payments: { sent: 1, confirmed: 1, left: 0 } }];
    default:
      return [{ ...one, ...to, step }];
  }
}

/** Moving the coins, of the fake. */
export function makeFakeSweep(scenario: Scenario, world: World, makeDraft: (more: Partial<Draft>) => Draft) {
  let sweeps = sweepsOf(scenario, world);
  if (scenario.sweep === "send") {
    const draft = makeDraft({ fee_rate: 4.5 });
    sweeps = sweeps.map((sweep) => ({ ...sweep, draft_id: draft.id }));
  }
  const change = (wallet: string, how: (sweep: Sweep) => Sweep | undefined) => {
    if (!sweeps.some((sweep) => sweep.wallet_id === wallet)) throw new IpcError("sweep_not_due", "the coins of this wallet need not be moved");
    sweeps = sweeps.flatMap((sweep) => (sweep.wallet_id === wallet ? (how(sweep) ?? []) : sweep));
    return { sweeps };
  };
  const handlers: Handlers = {
    cmd_list_sweeps: () => ({ sweeps }),
    cmd_begin_sweep: (req) =>
      change(req.wallet_id, (sweep) => ({ ...sweep, step: "keep", to_wallet_id: world.wallets[1]?.id ?? null, to_name: `${sweep.name} 2` })),
    cmd_draft_sweep: (req) => {
      const sweep = sweeps.find((each) => each.wallet_id === req.wallet_id);
      if (sweep && sweep.locked.length > 0 && req.locked === null) throw new IpcError("locked_coins", "2 coins of this wallet are locked");
      if (!scenario.online) throw new IpcError("unreachable", "127.0.0.1:8080 does not answer", true);
      const draft = makeDraft({ fee_rate: req.fee_rate ?? 4.5, label: "Moved to a new wallet" });
      change(req.wallet_id, (was) => ({ ...was, step: "send", draft_id: draft.id, locked: [], left: sum(2, 611) }));
      const later = Math.max(0, (sweep?.payments.left ?? 1) - 1);
      return { draft, left: sum(2, 611), fee_percent: 1, more: later * 600, later };
    },
    cmd_finish_sweep: (req) => change(req.wallet_id, () => undefined),
    cmd_waive_sweep: (req) => change(req.wallet_id, () => undefined),
  };
  return {
    handlers,
    sent: (draft: string) => {
      sweeps = sweeps.map((sweep) => {
        if (sweep.draft_id !== draft) return sweep;
        const payments = { ...sweep.payments, sent: sweep.payments.sent + 1, left: Math.max(0, sweep.payments.left - 1) };
        if (payments.left > 0) return { ...sweep, step: "draft", draft_id: null, payments };
        return { ...sweep, step: "wait", draft_id: null, coins: sum(0, 0), payments };
      });
    },
    proven: () => {
      sweeps = sweeps.map((sweep) => (sweep.step === "keep" ? { ...sweep, step: "draft" } : sweep));
    },
  };
}
