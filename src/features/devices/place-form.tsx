import { useNavigate } from "@solidjs/router";
import { Show } from "solid-js";
import { Button } from "../../components/button";
import { useToasts } from "../../components/toast";
import { t } from "../../i18n";
import { makeIntent } from "../../lib/request-id";
import { useCommand } from "../../query/use";
import { TESTID } from "../../testids";
import { Awaiting, ErrorNotice } from "../notice";
import { makePlaceFields } from "./place-fields";
import "./devices.css";

/** Adds a place: what can be typed is typed here, a folder and a password are asked for by Rust. */
export function PlaceForm() {
  const navigate = useNavigate();
  const toasts = useToasts();
  const intent = makeIntent();
  const fields = makePlaceFields();
  const sync = useCommand("cmd_sync_places", { quiet: true });
  const add = useCommand("cmd_add_place", {
    quiet: true,
    onDone: (place) => {
      intent.done();
      toasts.show({ title: t("places.added"), icon: "check" });
      sync.mutate([{ place_id: place.id }]);
      navigate("/devices", { replace: true });
    },
  });
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const place = fields.wanted();
    if (!place) return;
    // What was changed since is another intent.
    intent.done();
    add.mutate([{ request_id: intent.id(), place }]);
  };
  return (
    <form class="stack" onSubmit={submit}>
      <Show when={add.error}>{(error) => <ErrorNotice error={error()} />}</Show>
      <fields.View folder={t("place.folder.text")} webdav={t("place.webdav.text")} s3={t("place.s3.text")} onKind={() => add.reset()} />
      <p class="quiet small">{t("place.sees")}</p>
      <Button kind="primary" wide type="submit" busy={add.isPending} data-testid={TESTID.placeSubmit}>
        {t(fields.kind() === "folder" ? "place.folder.submit" : "place.submit")}
      </Button>
      <Awaiting what="place" open={add.isPending} />
    </form>
  );
}
