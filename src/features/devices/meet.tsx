import { useLocation, useNavigate } from "@solidjs/router";
import { createSignal, Match, Show, Switch } from "solid-js";
import { Button } from "../../components/button";
import { Card, LinkRow, Section } from "../../components/layout";
import { Notice } from "../../components/states";
import { t } from "../../i18n";
import { useBackend } from "../../ipc/context";
import type { FrameDensity, MeetingPart, MetDevice } from "../../ipc/types";
import { TESTID } from "../../testids";
import { DensityChoice, FramesView, createFrames, ScanButton } from "../scan";

/** The way to it from the devices. */
export function MeetRow() {
  return (
    <Card tight>
      <LinkRow icon="scan" href="/devices/codes" title={t("meet.title")} text={t("meet.row.text")} data-testid={TESTID.meetOpen} />
    </Card>
  );
}

/** What is held before the other device's camera. */
function Shown(props: { part: MeetingPart }) {
  const backend = useBackend();
  const [density, setDensity] = createSignal<FrameDensity>("medium");
  const frames = createFrames((from) => backend.call("cmd_show_meeting", { part: props.part, density: density(), from }), density);
  return (
    <>
      <FramesView frames={frames} />
      <DensityChoice value={density()} onChange={setDensity} />
    </>
  );
}

/** What came of what was scanned. */
function Outcome(props: { met: MetDevice }) {
  const took = () => (props.met.step === "took" ? props.met : undefined);
  const title = (): string => {
    const name = props.met.name;
    const taken = took()?.taken;
    if (taken === undefined) return t(props.met.step === "too_much" ? "meet.too_much" : "meet.has_all", { name });
    return taken === 0 ? t("meet.took.none", { name }) : t("meet.took", { count: taken, name });
  };
  const text = () => (took() ? "meet.took.text" : props.met.step === "too_much" ? "meet.too_much.text" : "meet.has_all.text");
  const some = (count: number | undefined): number | undefined => (count === 0 ? undefined : count);
  return (
    <Notice tone={props.met.step === "too_much" ? "caution" : "good"} title={title()} testId={TESTID.met} live>
      <p>{t(text())}</p>
      <Show when={some(took()?.passed_over)}>{(count) => <p>{t("meet.passed", { count: count() })}</p>}</Show>
      <Show when={some(took()?.missing)}>{(count) => <p>{t("meet.missing", { count: count() })}</p>}</Show>
    </Notice>
  );
}

interface Came {
  met?: MetDevice;
}

/** Two devices that meet by nothing but codes on their screens. Each shows what it has, and then what the other one lacks. */
export function MeetByCodes() {
  const navigate = useNavigate();
  const location = useLocation<Came>();
  const met = () => location.state?.met;
  const lacks = () => {
    const now = met();
    return now?.step === "lacks" ? now : undefined;
  };
  const outcome = () => (lacks() ? undefined : met());
  return (
    <div class="stack-wide">
      <p class="quiet">{t("meet.text")}</p>
      <Show when={outcome()}>{(told) => <Outcome met={told()} />}</Show>
      <div class="line">
        <ScanButton place="meet" label={t("meet.scan")} onUse={() => undefined} />
        <Show when={lacks()}>
          <Button small icon="address" data-testid={TESTID.meetBack} onClick={() => navigate("/devices/codes", { state: {}, replace: true })}>
            {t("meet.back")}
          </Button>
        </Show>
      </div>
      <Switch
        fallback={
          <Section title={t("meet.own")}>
            <Card>
              <p class="small quiet">{t("meet.own.text")}</p>
              <Shown part="heads" />
            </Card>
          </Section>
        }
      >
        <Match when={lacks()}>
          {(other) => (
            <Section title={t("meet.lacks", { name: other().name })}>
              <Card>
                <p class="small quiet">{t("meet.lacks.text", { name: other().name })}</p>
                <Shown part="lacking" />
              </Card>
            </Section>
          )}
        </Match>
      </Switch>
    </div>
  );
}
