import { useNavigate } from "@solidjs/router";
import { For, Show } from "solid-js";
import { Icon } from "../../components/icon";
import { Menu, MenuItem, MenuLine } from "../../components/menu";
import { t } from "../../i18n";
import { useCommand } from "../../query/use";
import { TESTID } from "../../testids";
import { useWallets } from "./context";
import { initialOf } from "./model";
import "./switcher.css";

/** The wallet one is in, and the way to another. */
export function WalletSwitcher() {
  const wallets = useWallets();
  const navigate = useNavigate();
  const select = useCommand("cmd_select_wallet");
  return (
    <Show when={wallets.selected()}>
      {(wallet) => (
        <Menu
          label={t("wallets.switch", { name: wallet().name })}
          testId={TESTID.walletSwitcher}
          triggerClass="switcher"
          trigger={
            <>
              <span class="switcher-badge" aria-hidden="true">
                {initialOf(wallet().name)}
              </span>
              <span class="switcher-name">{wallet().name}</span>
              <Icon name="down" />
            </>
          }
        >
          <For each={wallets.all()}>
            {(item) => (
              <MenuItem
                current={item.id === wallet().id}
                testId={TESTID.walletOption}
                id={item.id}
                onSelect={() => {
                  if (item.id === wallet().id) return;
                  select.mutate([{ wallet_id: item.id }], { onSuccess: () => navigate("/") });
                }}
              >
                <span>{item.name}</span>
                <span class="quiet small">
                  {t(`network.${item.network}`)}
                  {item.watch_only ? ` · ${t("wallets.watch_only")}` : ""}
                </span>
              </MenuItem>
            )}
          </For>
          <MenuLine />
          <MenuItem icon="plus" testId={TESTID.walletAdd} onSelect={() => navigate("/wallets/add")}>
            {t("wallets.add")}
          </MenuItem>
        </Menu>
      )}
    </Show>
  );
}
