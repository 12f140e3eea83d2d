import { createContext, createMemo, useContext, type Accessor, type ParentProps } from "solid-js";
import type { Network, WalletSummary } from "../../ipc/types";
import { useAnswer } from "../../query/use";

type WalletsAnswer = ReturnType<typeof useAnswer<"cmd_list_wallets">>;

interface Wallets {
  answer: WalletsAnswer;
  all: Accessor<WalletSummary[]>;
  /** The one that all screens are about. */
  selected: Accessor<WalletSummary | undefined>;
}

const WalletsContext = createContext<Wallets>();

/** Knows the wallets of this device; inside it the vault is open. */
export function WalletsProvider(props: ParentProps) {
  const answer = useAnswer("cmd_list_wallets", () => []);
  const all = createMemo(() => (answer.isPending ? [] : (answer.data ?? [])));
  const selected = createMemo(() => all().find((wallet) => wallet.selected) ?? all()[0]);
  return <WalletsContext.Provider value={{ answer, all, selected }}>{props.children}</WalletsContext.Provider>;
}

export function useWallets(): Wallets {
  const wallets = useContext(WalletsContext);
  if (!wallets) throw new Error("useWallets is called outside WalletsProvider");
  return wallets;
}

/** The wallet of the screen. Its own requests name it, so that answers of two wallets never mix. */
export function useWalletId(): Accessor<string | null> {
  const wallets = useWallets();
  return () => wallets.selected()?.id ?? null;
}

export function useNetwork(): Accessor<Network | undefined> {
  const wallets = useWallets();
  return () => wallets.selected()?.network;
}
