import { createSignal, Match, Switch, type Accessor, type JSX } from "solid-js";
import { TextField } from "../../components/field";
import { Card } from "../../components/layout";
import { Segmented } from "../../components/segmented";
import { t } from "../../i18n";
import type { NewPlace, PlaceKind } from "../../ipc/types";
import { TESTID } from "../../testids";
import { useSession } from "../session";
import { serverFault } from "./model";

const KINDS: readonly PlaceKind[] = ["folder", "webdav", "s3"];

/** Where devices meet, as a person types it. No password is among it. */
export interface PlaceFields {
  kind: Accessor<PlaceKind>;
  /** What was typed; nothing while some of it is missing or cannot be, which is shown from then on. */
  wanted: () => NewPlace | undefined;
  /** The fields themselves; `folder` is said in place of fields, since the system asks for one. */
  View: (props: { folder: string; webdav: string; s3: string; onKind: () => void }) => JSX.Element;
}

/** The fields of a form that names a place. */
export function makePlaceFields(): PlaceFields {
  const session = useSession();
  // A phone has no folder to give (docs/roads.md).
  const phone = () => session.snapshot()?.phone === true;
  const [chosen, setKind] = createSignal<PlaceKind>();
  const kind = (): PlaceKind => chosen() ?? (phone() ? "webdav" : "folder");
  const [url, setUrl] = createSignal("");
  const [user, setUser] = createSignal("");
  const [bucket, setBucket] = createSignal("");
  const [region, setRegion] = createSignal("us-east-1");
  const [tried, setTried] = createSignal(false);
  const empty = (text: string): string | undefined => (tried() && text.trim() === "" ? t("place.fault.empty") : undefined);
  const urlFault = (): string | undefined => {
    const fault = tried() ? serverFault(url()) : undefined;
    return fault === undefined ? undefined : t(`place.fault.${fault}`);
  };
  const wanted = (): NewPlace | undefined => {
    setTried(true);
    if (kind() === "folder") return { kind: "folder" };
    if (serverFault(url()) !== undefined) return undefined;
    if (kind() === "webdav") return { kind: "webdav", url: url().trim(), user: user().trim() === "" ? null : user().trim() };
    if ([bucket(), region(), user()].some((text) => text.trim() === "")) return undefined;
    return { kind: "s3", endpoint: url().trim(), bucket: bucket().trim(), region: region().trim(), user: user().trim() };
  };
  const choose = (next: PlaceKind): void => {
    setKind(next);
    setTried(false);
  };
  const View: PlaceFields["View"] = (props) => (
    <>
      <Segmented
        label={t("place.kind")}
        value={kind()}
        segments={KINDS.filter((each) => each !== "folder" || !phone()).map((each) => ({ value: each, label: t(`places.kind.${each}`) }))}
        onChange={(next) => {
          choose(next);
          props.onKind();
        }}
        testId={TESTID.placeKind}
      />
      <Card>
        <Switch>
          <Match when={kind() === "folder"}>
            <p>{props.folder}</p>
          </Match>
          <Match when={kind() === "webdav"}>
            <p>{props.webdav}</p>
            <TextField label={t("place.webdav.url")} error={urlFault()} mono inputMode="url" placeholder="https://" value={url()} onInput={setUrl} data-testid={TESTID.placeUrl} />
            <TextField label={t("place.webdav.user")} hint={t("place.webdav.user.hint")} value={user()} onInput={setUser} data-testid={TESTID.placeUser} />
          </Match>
          <Match when={kind() === "s3"}>
            <p>{props.s3}</p>
            <TextField label={t("place.s3.endpoint")} error={urlFault()} mono inputMode="url" placeholder="https://" value={url()} onInput={setUrl} data-testid={TESTID.placeUrl} />
            <TextField label={t("place.s3.bucket")} error={empty(bucket())} mono value={bucket()} onInput={setBucket} data-testid={TESTID.placeBucket} />
            <TextField label={t("place.s3.region")} error={empty(region())} mono value={region()} onInput={setRegion} />
            <TextField label={t("place.s3.key")} hint={t("place.s3.key.hint")} error={empty(user())} mono value={user()} onInput={setUser} data-testid={TESTID.placeUser} />
          </Match>
        </Switch>
      </Card>
    </>
  );
  return { kind, wanted, View };
}
