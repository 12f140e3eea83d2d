import { useNavigate } from "@solidjs/router";
import { Show } from "solid-js";
import { Button } from "../../components/button";
import { t } from "../../i18n";
import { TESTID } from "../../testids";
import { hasSettings, type ScanPlace } from "./model";

/** The address of a server, and the way to its field in the settings, where it is filled in and not saved. */
export function Serving(props: { url: string; place: ScanPlace; onClose: () => void }) {
  const navigate = useNavigate();
  const go = (): void => {
    navigate("/settings", { state: { server: props.url } });
    props.onClose();
  };
  return (
    <>
      <p class="mono small scan-url">{props.url}</p>
      <Show when={hasSettings(props.place)}>
        <Button kind="primary" wide icon="settings" data-testid={TESTID.scanServer} onClick={go}>
          {t("scan.seen.server.use")}
        </Button>
      </Show>
    </>
  );
}
