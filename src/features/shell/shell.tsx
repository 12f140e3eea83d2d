import { A, useLocation } from "@solidjs/router";
import { createSignal, For, Show, type ParentProps } from "solid-js";
import { IconButton } from "../../components/button";
import { Icon, Mark, type IconName } from "../../components/icon";
import { t, type Key } from "../../i18n";
import { usePlatform } from "../../platform/context";
import { TESTID } from "../../testids";
import { useLock } from "../session";
import { WalletSwitcher } from "../wallets";
import { NewDevices } from "../devices";
import { NetworkBand } from "./network-band";
import { Palette } from "./palette";
import { ShortcutSheet } from "./shortcut-sheet";
import { useShortcuts } from "./shortcuts";
import "../../parts/frame.css";

interface Place {
  href: string;
  icon: IconName;
  key: Key;
  testId: string;
  /** Paths that belong to it as well. */
  also: readonly string[];
}

const PLACES: readonly Place[] = [
  { href: "/", icon: "home", key: "nav.home", testId: TESTID.navHome, also: ["/activity"] },
  { href: "/send", icon: "send", key: "nav.send", testId: TESTID.navSend, also: [] },
  { href: "/receive", icon: "receive", key: "nav.receive", testId: TESTID.navReceive, also: [] },
  { href: "/coins", icon: "coins", key: "nav.coins", testId: TESTID.navCoins, also: [] },
  { href: "/more", icon: "more", key: "nav.more", testId: TESTID.navMore, also: ["/settings", "/devices", "/join", "/backup", "/addresses", "/wallets", "/node"] },
];

function isAt(place: Place, path: string): boolean {
  if (place.href === "/") return path === "/" || place.also.some((prefix) => path.startsWith(prefix));
  return [place.href, ...place.also].some((prefix) => path === prefix || path.startsWith(`${prefix}/`));
}

function Places(props: { class: string }) {
  const location = useLocation();
  return (
    <nav class={props.class} aria-label={t("nav.name")}>
      <For each={PLACES}>
        {(place) => (
          <A
            class="place"
            href={place.href}
            end
            data-testid={place.testId}
            data-here={isAt(place, location.pathname)}
            aria-current={isAt(place, location.pathname) ? "page" : undefined}
          >
            <Icon name={place.icon} />
            <span>{t(place.key)}</span>
          </A>
        )}
      </For>
    </nav>
  );
}

/** The frame around every screen of an open wallet: where one can go, which network it is, how to lock. */
export function Shell(props: ParentProps) {
  const platform = usePlatform();
  const lock = useLock();
  const [help, setHelp] = createSignal(false);
  const lockNow = (): void => lock.mutate([]);
  const [palette, setPalette] = createSignal(false);
  useShortcuts({ lock: lockNow, help: () => setHelp(true), palette: () => setPalette(true) });
  return (
    <div class="shell">
      <a class="skip" href="#main" onClick={(event) => {
        event.preventDefault();
        document.getElementById("main")?.focus();
      }}>
        {t("nav.skip")}
      </a>
      <NetworkBand />
      <aside class="rail">
        <div class="rail-brand">
          <Mark />
          <span>Satchel</span>
        </div>
        <WalletSwitcher />
        <Places class="rail-places" />
        <div class="rail-foot">
          <button type="button" class="place" data-testid={TESTID.paletteOpen} onClick={() => setPalette(true)}>
            <Icon name="search" />
            <span>{t("palette.title")}</span>
            <kbd>{platform.isApple ? "⌘ K" : "Ctrl K"}</kbd>
          </button>
          <button type="button" class="place" data-testid={TESTID.lock} onClick={lockNow}>
            <Icon name="lock" />
            <span>{t("lock.now")}</span>
            <kbd>{platform.isApple ? "⌘ L" : "Ctrl L"}</kbd>
          </button>
          <button type="button" class="place" onClick={() => setHelp(true)}>
            <Icon name="info" />
            <span>{t("shortcuts.title")}</span>
            <kbd>?</kbd>
          </button>
        </div>
      </aside>
      <div class="top">
        <WalletSwitcher />
        <IconButton icon="lock" label={t("lock.now")} data-testid="lock-top" onClick={lockNow} />
      </div>
      <main class="main" id="main" tabIndex={-1}>
        <NewDevices />
        {props.children}
      </main>
      <Places class="bar" />
      <Show when={palette()}>
        <Palette onClose={() => setPalette(false)} />
      </Show>
      <Show when={help()}>
        <ShortcutSheet open={help()} onClose={() => setHelp(false)} />
      </Show>
    </div>
  );
}
