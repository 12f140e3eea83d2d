import { A, useLocation } from "@solidjs/router";
import { createSignal, For, Show, type ParentProps } from "solid-js";
import { IconButton } from "../../components/button";
import { Icon, Mark, type IconName } from "../../components/icon";
import { Fact, Facts } from "../../components/layout";
import { Sheet } from "../../components/sheet";
import { Band } from "../../parts/band";
import "../../parts/frame.css";
import { t, type Key } from "../i18n";
import { useAnswer, useCommand } from "../query/use";
import { CID } from "../testids";
import { Announcer } from "./announcer";
import { useArrival } from "./arrival";
import { useConsoleKeys } from "./keys";
import { LineChip, Problems } from "./line";
import { SearchBox } from "./search-box";
import "./shell.css";

interface Place {
  href: string;
  icon: IconName;
  key: Key;
  /** Paths that belong to it as well. */
  also: readonly string[];
  /** Stands in the bar of a phone, too. */
  bar: boolean;
}

const PLACES: readonly Place[] = [
  { href: "/", icon: "home", key: "nav.overview", also: ["/search", "/tx", "/address"], bar: true },
  { href: "/blocks", icon: "list", key: "nav.blocks", also: ["/block"], bar: true },
  { href: "/mempool", icon: "clock", key: "nav.mempool", also: [], bar: true },
  { href: "/wallets", icon: "wallet", key: "nav.wallets", also: [], bar: true },
  { href: "/mine", icon: "bolt", key: "nav.mine", also: [], bar: false },
  { href: "/connection", icon: "server", key: "nav.connection", also: [], bar: true },
];

function isAt(place: Place, path: string): boolean {
  if (path === place.href) return true;
  return [...(place.href === "/" ? [] : [place.href]), ...place.also].some((prefix) => path === prefix || path.startsWith(`${prefix}/`));
}

function Places(props: { class: string; bar: boolean }) {
  const location = useLocation();
  return (
    <nav class={props.class} aria-label={t("nav.name")}>
      <For each={PLACES.filter((place) => place.bar || !props.bar)}>
        {(place) => (
          <A
            class="place"
            href={place.href}
            end
            data-testid={`nav-${place.href.slice(1) || "overview"}`}
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

const KEYS: readonly (readonly [string, Key])[] = [
  ["/", "search.title"],
  ["O", "nav.overview"],
  ["B", "nav.blocks"],
  ["M", "nav.mempool"],
  ["W", "nav.wallets"],
  ["G", "nav.mine"],
  ["C", "nav.connection"],
  ["↑ ↓", "keys.rows"],
  ["?", "keys.title"],
];

function KeySheet(props: { onClose: () => void }) {
  return (
    <Sheet open onClose={props.onClose} title={t("keys.title")} closeLabel={t("action.close")}>
      <Facts>
        <For each={KEYS}>
          {([key, name]) => (
            <Fact name={t(name)}>
              <kbd>{key}</kbd>
            </Fact>
          )}
        </For>
      </Facts>
    </Sheet>
  );
}

/** The frame around every view: where one can go, which node it is and how it is, what to look for. */
export function Shell(props: ParentProps<{ phone: boolean }>) {
  const health = useAnswer("cmd_get_health", () => []);
  const close = useCommand("cmd_close_console");
  const [help, setHelp] = createSignal(false);
  const location = useLocation();
  const known = () => (health.isPending ? undefined : health.data);
  let field: HTMLInputElement | undefined;
  useArrival();
  useConsoleKeys({ search: () => field?.focus(), help: () => setHelp(true) });
  return (
    <div class="shell">
      <a
        class="skip"
        href="#main"
        onClick={(event) => {
          event.preventDefault();
          document.getElementById("main")?.focus();
        }}
      >
        {t("nav.skip")}
      </a>
      <Band network={known()?.network ?? undefined} testId={CID.band} />
      <aside class="rail">
        <div class="rail-brand">
          <Mark />
          <span>{t("brand")}</span>
        </div>
        <Places class="rail-places" bar={false} />
        <div class="rail-foot">
          <button type="button" class="place" onClick={() => setHelp(true)}>
            <Icon name="info" />
            <span>{t("keys.title")}</span>
            <kbd>?</kbd>
          </button>
        </div>
      </aside>
      <main class="main" id="main" tabIndex={-1}>
        <div class="column console-column">
          <div class="console-top">
            <Show when={props.phone}>
              <IconButton icon="back" label={t("close")} busy={close.isPending} data-testid={CID.close} onClick={() => close.mutate([])} />
            </Show>
            <SearchBox ref={(element) => (field = element)} />
            <LineChip health={known()} />
          </div>
          <Problems health={known()} here={location.pathname} />
          {props.children}
        </div>
      </main>
      <Places class="bar" bar />
      <Announcer />
      <Show when={help()}>
        <KeySheet onClose={() => setHelp(false)} />
      </Show>
    </div>
  );
}
