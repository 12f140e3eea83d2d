import { useNavigate } from "@solidjs/router";
import { createMemo, createSignal, createUniqueId, For, Show } from "solid-js";
import { TextField } from "../../components/field";
import { Icon, type IconName } from "../../components/icon";
import { Sheet } from "../../components/sheet";
import { t, type Key } from "../../i18n";
import { useCommand } from "../../query/use";
import { TESTID } from "../../testids";
import { useOpenConsole } from "../node";
import { useLock, useSession, useSettings } from "../session";
import { useSync } from "../sync";
import { useWallets } from "../wallets";
import { fitting, stepped, type Command } from "./palette-model";
import "./palette.css";

const PLACES: readonly (readonly [string, IconName, Key])[] = [
  ["/", "home", "nav.home"],
  ["/send", "send", "nav.send"],
  ["/receive", "receive", "nav.receive"],
  ["/coins", "coins", "nav.coins"],
  ["/activity", "list", "history.title"],
  ["/addresses", "address", "addresses.title"],
  ["/contacts", "person", "contacts.title"],
  ["/devices", "devices", "devices.title"],
  ["/backup", "shield", "backup.title"],
  ["/settings", "settings", "settings.title"],
  ["/wallets/add", "plus", "wallets.add"],
];

/** Everything that can be reached or done from anywhere. */
function useCommands(): () => Command[] {
  const navigate = useNavigate();
  const lock = useLock();
  const sync = useSync();
  const session = useSession();
  const settings = useSettings();
  const wallets = useWallets();
  const select = useCommand("cmd_select_wallet");
  const openConsole = useOpenConsole();
  return () => {
    const unit = session.settings().unit === "btc" ? "sats" : "btc";
    return [
      ...PLACES.map(([path, icon, key]): Command => ({ id: path, icon, title: t(key), run: () => navigate(path) })),
      { id: "lock", icon: "lock", title: t("lock.now"), run: () => lock.mutate([]) },
      { id: "sync", icon: "sync", title: t("fresh.sync"), words: t("palette.sync.words"), run: () => sync.start() },
      { id: "console", icon: "server", title: t("more.console"), words: t("more.console.text"), run: openConsole },
      {
        id: "unit",
        icon: "coins",
        title: t("palette.unit", { unit: unit === "btc" ? "BTC" : "sats" }),
        words: t("settings.unit"),
        run: () => settings.change({ unit }),
      },
      ...(["system", "light", "dark"] as const)
        .filter((theme) => theme !== session.settings().theme)
        .map((theme): Command => ({
          id: `theme-${theme}`,
          icon: "eye",
          title: t("palette.theme", { theme: t(`theme.${theme}`) }),
          words: t("settings.theme"),
          run: () => settings.change({ theme }),
        })),
      ...wallets
        .all()
        .filter((wallet) => wallet.id !== wallets.selected()?.id)
        .map((wallet): Command => ({
          id: wallet.id,
          icon: "wallet",
          title: t("palette.wallet", { name: wallet.name }),
          note: t(`network.${wallet.network}`),
          words: wallet.name,
          run: () => select.mutate([{ wallet_id: wallet.id }], { onSuccess: () => navigate("/") }),
        })),
    ];
  };
}

/** Type where to go or what to do; for keyboards. */
export function Palette(props: { onClose: () => void }) {
  const commands = useCommands();
  let field: HTMLInputElement | undefined;
  const list = createUniqueId();
  const [typed, setTyped] = createSignal("");
  const [at, setAt] = createSignal(0);
  const found = createMemo(() => fitting(commands(), typed()));
  const current = () => found()[Math.min(at(), found().length - 1)];
  const optionId = (command: Command): string => `${list}-${command.id}`;
  const currentId = (): string | undefined => {
    const command = current();
    return command && optionId(command);
  };
  const run = (command: Command | undefined): void => {
    if (!command) return;
    props.onClose();
    command.run();
  };
  return (
    <Sheet open onClose={props.onClose} title={t("palette.title")} closeLabel={t("action.close")} first={() => field} testId={TESTID.palette}>
      <TextField
        label={t("palette.field")}
        bare
        placeholder={t("palette.field")}
        value={typed()}
        role="combobox"
        aria-expanded="true"
        aria-controls={list}
        aria-activedescendant={currentId()}
        data-testid={TESTID.paletteField}
        ref={(input) => (field = input)}
        onInput={(text) => {
          setTyped(text);
          setAt(0);
        }}
        onKeyDown={(event) => {
          if (event.key === "Enter") {
            event.preventDefault();
            run(current());
            return;
          }
          const next = stepped(at(), found().length, event.key);
          if (next === undefined) return;
          event.preventDefault();
          setAt(next);
          document.getElementById(`${list}-${found()[next]?.id ?? ""}`)?.scrollIntoView({ block: "nearest" });
        }}
        trailing={<Icon name="search" class="palette-search" />}
      />
      <ul class="palette-list" id={list} role="listbox" aria-label={t("palette.title")}>
        <For each={found()} fallback={<li class="quiet palette-none">{t("palette.none")}</li>}>
          {(command, index) => (
            <li
              class="palette-item"
              id={optionId(command)}
              role="option"
              aria-selected={command === current()}
              onPointerMove={() => setAt(index())}
              onClick={() => run(command)}
            >
              <Icon name={command.icon} />
              <span class="palette-title">{command.title}</span>
              <Show when={command.note}>
                <span class="quiet small">{command.note}</span>
              </Show>
            </li>
          )}
        </For>
      </ul>
    </Sheet>
  );
}
