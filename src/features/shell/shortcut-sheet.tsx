import { For } from "solid-js";
import { Fact, Facts } from "../../components/layout";
import { Sheet } from "../../components/sheet";
import { t, type Key } from "../../i18n";
import { usePlatform } from "../../platform/context";

const KEYS: readonly (readonly [string, Key])[] = [
  ["H", "nav.home"],
  ["S", "nav.send"],
  ["R", "nav.receive"],
  ["C", "nav.coins"],
  ["A", "history.title"],
  ["B", "backup.title"],
  [",", "settings.title"],
  ["U", "fresh.sync"],
  ["?", "shortcuts.title"],
];

export function ShortcutSheet(props: { open: boolean; onClose: () => void }) {
  const platform = usePlatform();
  return (
    <Sheet open={props.open} onClose={props.onClose} title={t("shortcuts.title")} closeLabel={t("action.close")}>
      <Facts>
        <Fact name={t("lock.now")}>
          <kbd>{platform.isApple ? "⌘ L" : "Ctrl L"}</kbd>
        </Fact>
        <Fact name={t("palette.title")}>
          <kbd>{platform.isApple ? "⌘ K" : "Ctrl K"}</kbd>
        </Fact>
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
