import { Show } from "solid-js";
import { SelectField } from "../../components/field";
import { Card, Section } from "../../components/layout";
import { Segmented } from "../../components/segmented";
import { t } from "../../i18n";
import type { OutOfSight, Theme, Unit } from "../../ipc/types";
import { TESTID } from "../../testids";
import { useSession, useSettings } from "../session";
import { LOCK_MINUTES } from "./model";
import "./settings.css";

/** How amounts are written and how the app looks. */
export function DisplaySettings() {
  const session = useSession();
  const settings = useSettings();
  return (
    <Section title={t("settings.display")}>
      <Card>
        <div class="setting">
          <span>{t("settings.unit")}</span>
          <Segmented<Unit>
            fit
            label={t("settings.unit")}
            testId={TESTID.settingUnit}
            value={session.settings().unit}
            onChange={(unit) => settings.change({ unit })}
            segments={[
              { value: "btc", label: "BTC" },
              { value: "sats", label: "sats" },
            ]}
          />
        </div>
        <div class="setting">
          <span>{t("settings.theme")}</span>
          <Segmented<Theme>
            fit
            label={t("settings.theme")}
            testId={TESTID.settingTheme}
            value={session.settings().theme}
            onChange={(theme) => settings.change({ theme })}
            segments={[
              { value: "system", label: t("theme.system") },
              { value: "light", label: t("theme.light") },
              { value: "dark", label: t("theme.dark") },
            ]}
          />
        </div>
      </Card>
    </Section>
  );
}

/** When it locks by itself. */
export function AutoLock() {
  const session = useSession();
  const settings = useSettings();
  const minutes = () => session.settings().auto_lock_minutes;
  const options = () => {
    const all: number[] = LOCK_MINUTES.includes(minutes() as (typeof LOCK_MINUTES)[number])
      ? [...LOCK_MINUTES]
      : [minutes(), ...LOCK_MINUTES];
    return all.map((value) => ({
      value: String(value),
      label: value === 0 ? t("lock.never") : t("lock.minutes", { count: value }),
    }));
  };
  return (
    <>
      <SelectField
        label={t("settings.auto_lock")}
        hint={minutes() === 0 ? t("lock.never.hint") : undefined}
        value={String(minutes())}
        data-testid={TESTID.settingAutoLock}
        options={options()}
        onChange={(value) => settings.change({ auto_lock_minutes: Number(value) })}
      />
      {/* A computer does not put programs away: it locks when its screen does. */}
      <Show when={session.snapshot()?.phone}>
        <div class="setting">
          <span>{t("settings.out_of_sight")}</span>
          <Segmented<OutOfSight>
            fit
            label={t("settings.out_of_sight")}
            testId={TESTID.settingOutOfSight}
            value={session.settings().out_of_sight ?? "after_a_minute"}
            onChange={(value) => settings.change({ out_of_sight: value })}
            segments={[
              { value: "at_once", label: t("out_of_sight.at_once") },
              { value: "after_a_minute", label: t("out_of_sight.after_a_minute") },
            ]}
          />
        </div>
      </Show>
    </>
  );
}
