import { useNavigate } from "@solidjs/router";
import { createSignal, Match, Show, Switch } from "solid-js";
import { Button } from "../../components/button";
import { TextField } from "../../components/field";
import { Card } from "../../components/layout";
import { Segmented } from "../../components/segmented";
import { useToasts } from "../../components/toast";
import { t } from "../../i18n";
import type { NewPlace, PlaceKind } from "../../ipc/types";
import { makeIntent } from "../../lib/request-id";
import { useCommand } from "../../query/use";
import { TESTID } from "../../testids";
import { Awaiting, ErrorNotice } from "../notice";
import { useSession } from "../session";
import { serverFault } from "./model";
import "./devices.css";

const KINDS: readonly PlaceKind[] = ["folder", "webdav", "s3"];

/** Adds a place: what can be typed is typed here, a folder and a password are asked for by Rust. */
export function PlaceForm() {
  const navigate = useNavigate();
  const toasts = useToasts();
  const session = useSession();
  const intent = makeIntent();
  // A phone has no folder to give (docs/roads.md).
  const phone = () => session.snapshot()?.phone === true;
  const [chosen, setKind] = createSignal<PlaceKind>();
  const kind = (): PlaceKind => chosen() ?? (phone() ? "webdav" : "folder");
  const [url, setUrl] = createSignal("");
  const [user, setUser] = createSignal("");
  const [bucket, setBucket] = createSignal("");
  const [region, setRegion] = createSignal("us-east-1");
  const [tried, setTried] = createSignal(false);
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
  const empty = (text: string): string | undefined => (tried() && text.trim() === "" ? t("place.fault.empty") : undefined);
  const urlFault = (): string | undefined => {
    const fault = tried() ? serverFault(url()) : undefined;
    return fault === undefined ? undefined : t(`place.fault.${fault}`);
  };
  const wanted = (): NewPlace | undefined => {
    if (kind() === "folder") return { kind: "folder" };
    if (serverFault(url()) !== undefined) return undefined;
    if (kind() === "webdav") return { kind: "webdav", url: url().trim(), user: user().trim() === "" ? null : user().trim() };
    if ([bucket(), region(), user()].some((text) => text.trim() === "")) return undefined;
    return { kind: "s3", endpoint: url().trim(), bucket: bucket().trim(), region: region().trim(), user: user().trim() };
  };
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    setTried(true);
    const place = wanted();
    if (!place) return;
    // What was changed since is another intent.
    intent.done();
    add.mutate([{ request_id: intent.id(), place }]);
  };
  const choose = (next: PlaceKind): void => {
    setKind(next);
    setTried(false);
    add.reset();
  };
  return (
    <form class="stack" onSubmit={submit}>
      <Show when={add.error}>{(error) => <ErrorNotice error={error()} />}</Show>
      <Segmented
        label={t("place.kind")}
        value={kind()}
        segments={KINDS.filter((each) => each !== "folder" || !phone()).map((each) => ({ value: each, label: t(`places.kind.${each}`) }))}
        onChange={choose}
        testId={TESTID.placeKind}
      />
      <Card>
        <Switch>
          <Match when={kind() === "folder"}>
            <p>{t("place.folder.text")}</p>
          </Match>
          <Match when={kind() === "webdav"}>
            <p>{t("place.webdav.text")}</p>
            <TextField label={t("place.webdav.url")} error={urlFault()} mono inputMode="url" placeholder="https://" value={url()} onInput={setUrl} data-testid={TESTID.placeUrl} />
            <TextField label={t("place.webdav.user")} hint={t("place.webdav.user.hint")} value={user()} onInput={setUser} data-testid={TESTID.placeUser} />
          </Match>
          <Match when={kind() === "s3"}>
            <p>{t("place.s3.text")}</p>
            <TextField label={t("place.s3.endpoint")} error={urlFault()} mono inputMode="url" placeholder="https://" value={url()} onInput={setUrl} data-testid={TESTID.placeUrl} />
            <TextField label={t("place.s3.bucket")} error={empty(bucket())} mono value={bucket()} onInput={setBucket} />
            <TextField label={t("place.s3.region")} error={empty(region())} mono value={region()} onInput={setRegion} />
            <TextField label={t("place.s3.key")} hint={t("place.s3.key.hint")} error={empty(user())} mono value={user()} onInput={setUser} data-testid={TESTID.placeUser} />
          </Match>
        </Switch>
      </Card>
      <p class="quiet small">{t("place.sees")}</p>
      <Button kind="primary" wide type="submit" busy={add.isPending} data-testid={TESTID.placeSubmit}>
        {t(kind() === "folder" ? "place.folder.submit" : "place.submit")}
      </Button>
      <Awaiting what="place" open={add.isPending} />
    </form>
  );
}
