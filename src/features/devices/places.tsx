import { useNavigate } from "@solidjs/router";
import { createSignal, For, Show } from "solid-js";
import { Button } from "../../components/button";
import { Icon, type IconName } from "../../components/icon";
import { Card, Section } from "../../components/layout";
import { Sheet } from "../../components/sheet";
import { Spinner } from "../../components/spinner";
import { EmptyState, Skeleton } from "../../components/states";
import { useToasts } from "../../components/toast";
import { locale, t } from "../../i18n";
import { toIpcError } from "../../ipc/error";
import type { PlaceKind, PlaceState } from "../../ipc/types";
import { makeIntent } from "../../lib/request-id";
import { formatClock } from "../../lib/time";
import { usePlatform } from "../../platform/context";
import { useCommand } from "../../query/use";
import { TESTID } from "../../testids";
import { Ago } from "../money";
import { Awaiting, ErrorNotice, noticeOf, QueryView } from "../notice";
import { usePlaces, useProgress } from "./context";
import { shownAs } from "./model";

const ICONS: Readonly<Record<PlaceKind, IconName>> = { folder: "folder", webdav: "cloud", s3: "server" };

function Headline(props: { place: PlaceState }) {
  const platform = usePlatform();
  const progress = useProgress();
  const shown = () => shownAs(props.place, platform.clock());
  const going = () => {
    const now = progress()[props.place.place.id];
    if (!now || now.step === "listing" || now.of === 0) return t("places.listing");
    return t(now.step === "fetching" ? "places.fetching" : "places.bringing", { done: now.done, of: now.of });
  };
  const text = (): string => {
    switch (shown()) {
      case "going":
        return going();
      case "never":
        return t("places.never");
      case "in_step":
        return t("places.in_step");
      case "old":
        return t("places.old");
      case "pending":
        return props.place.pending > 0 ? t("places.pending", { count: props.place.pending }) : t("places.passed", { count: props.place.passed_over });
      case "unknown":
        return t("places.unknown");
    }
  };
  return (
    <p class="place-standing" data-shown={shown()} role={shown() === "going" ? "status" : undefined}>
      <Show when={shown() === "going"} fallback={<span class="place-dot" aria-hidden="true" />}>
        <Spinner />
      </Show>
      {text()}
    </p>
  );
}

/** What is behind the headline: since when, why, and what happens next. */
function Explained(props: { place: PlaceState }) {
  const platform = usePlatform();
  const shown = () => shownAs(props.place, platform.clock());
  const error = () => (props.place.error ? noticeOf(toIpcError(props.place.error)) : undefined);
  return (
    <>
      <Show when={props.place.place.last_round_at} fallback={<p class="quiet small">{t("places.never.text")}</p>}>
        {(at) => (
          <p class="quiet small">
            {t(shown() === "in_step" || shown() === "old" ? "places.in_step.text" : "places.last")} <Ago at={at()} />
          </p>
        )}
      </Show>
      <Show when={shown() === "unknown"}>
        <p class="small">
          {error()?.title}. {error()?.advice}
        </p>
        <p class="quiet small">{t("places.unknown.text")}</p>
      </Show>
      <Show when={shown() === "pending" && props.place.passed_over > 0}>
        <p class="quiet small">{t("places.passed.text")}</p>
      </Show>
      <Show when={props.place.lost > 0}>
        <p class="quiet small">{t("places.lost", { count: props.place.lost })}</p>
      </Show>
      <Show when={props.place.missing > 0}>
        <p class="quiet small">{t("places.missing", { count: props.place.missing })}</p>
      </Show>
      <Show when={props.place.less_than}>{(device) => <p class="small">{t("places.less", { device: device() })}</p>}</Show>
      <Show
        when={props.place.waits_for_owner}
        fallback={
          <Show when={shown() === "unknown" ? props.place.next_at : null}>
            {(at) => (
              <p class="quiet small">
                {t("places.next")} {formatClock(at(), locale())}
              </p>
            )}
          </Show>
        }
      >
        <p class="quiet small">{t("places.waits")}</p>
      </Show>
    </>
  );
}

function PlaceCard(props: { place: PlaceState; onRemove: () => void }) {
  const sync = useCommand("cmd_sync_places", { quiet: true });
  const stop = useCommand("cmd_cancel_sync_places");
  const toasts = useToasts();
  const intent = makeIntent();
  const password = useCommand("cmd_set_place_password", { quiet: true });
  const going = () => props.place.going || sync.isPending;
  const changePassword = (): void => {
    intent.done();
    const place_id = props.place.place.id;
    password.mutate([{ request_id: intent.id(), place_id }], {
      onSuccess: () => {
        intent.done();
        toasts.show({ title: t("places.password.done"), icon: "key" });
        // Whether it is right, the place says.
        sync.mutate([{ place_id }]);
      },
    });
  };
  const address = () => props.place.place.address;
  return (
    <div class="place-card" data-testid={TESTID.place} data-place-id={props.place.place.id} data-standing={props.place.standing}>
      <span class="row-icon">
        <Icon name={ICONS[props.place.place.kind]} />
      </span>
      <div class="place-text">
        <p class="row-title place-address">{address()}</p>
        <p class="quiet small">
          {t(`places.kind.${props.place.place.kind}`)}
          <Show when={props.place.place.user}>{(user) => <> · {t("places.user", { user: user() })}</>}</Show>
        </p>
        <Headline place={props.place} />
        <Explained place={props.place} />
        <Show when={sync.error ?? password.error}>{(error) => <ErrorNotice error={error()} />}</Show>
        <Awaiting what="place_password" open={password.isPending} />
        <div class="line">
          <Show
            when={!going()}
            fallback={
              <Button small icon="close" data-testid={TESTID.placeStop} onClick={() => stop.mutate([])}>
                {t("places.stop")}
              </Button>
            }
          >
            <Button
              small
              icon="sync"
              aria-label={t("places.sync.named", { address: address() })}
              data-testid={TESTID.placeSync}
              onClick={() => sync.mutate([{ place_id: props.place.place.id }])}
            >
              {t("places.sync")}
            </Button>
          </Show>
          <Show when={props.place.place.user !== null}>
            <Button
              small
              kind={props.place.waits_for_owner ? "primary" : "plain"}
              icon="key"
              aria-label={t("places.password.named", { address: address() })}
              disabled={password.isPending}
              data-testid={TESTID.placePassword}
              onClick={changePassword}
            >
              {t("places.password")}
            </Button>
          </Show>
          <Button
            small
            kind="plain"
            aria-label={t("places.remove.named", { address: address() })}
            data-testid={TESTID.placeRemove}
            onClick={() => props.onRemove()}
          >
            {t("places.remove")}
          </Button>
        </div>
      </div>
    </div>
  );
}

function RemovePlace(props: { place: PlaceState | undefined; onClose: () => void }) {
  const toasts = useToasts();
  const remove = useCommand("cmd_remove_place", { quiet: true });
  return (
    <Show when={props.place}>
      {(place) => (
        <Sheet open title={t("places.remove.title")} closeLabel={t("action.close")} onClose={() => props.onClose()}>
          <Show when={remove.error}>{(error) => <ErrorNotice error={error()} />}</Show>
          <p class="place-address">{place().place.address}</p>
          <p class="quiet">{t("places.remove.text")}</p>
          <Button
            kind="danger"
            wide
            busy={remove.isPending}
            data-testid={TESTID.placeRemoveConfirm}
            onClick={() =>
              remove.mutate([{ place_id: place().place.id }], {
                onSuccess: () => {
                  toasts.show({ title: t("places.removed"), icon: "check" });
                  props.onClose();
                },
              })
            }
          >
            {t("places.remove.submit")}
          </Button>
        </Sheet>
      )}
    </Show>
  );
}

/** Where devices meet: how this one stands there, never said better than it is known. */
export function Places() {
  const navigate = useNavigate();
  const places = usePlaces();
  const [leaving, setLeaving] = createSignal<PlaceState>();
  const add = (primary: boolean) => (
    <Button small kind={primary ? "primary" : "quiet"} icon="plus" data-testid={TESTID.placeAdd} onClick={() => navigate("/devices/place")}>
      {t("places.add")}
    </Button>
  );
  return (
    <Section title={t("places.title")} actions={<Show when={(places.known()?.length ?? 0) > 0}>{add(false)}</Show>}>
      <QueryView
        query={places.answer}
        skeleton={
          <Card tight>
            <Skeleton label={t("state.loading")} rows={1} />
          </Card>
        }
        isEmpty={(all) => all.length === 0}
        empty={
          <EmptyState icon="folder" title={t("places.none")} text={t("places.none.text")}>
            {add(true)}
          </EmptyState>
        }
      >
        {(all) => (
          <Card tight>
            <For each={all().map((place) => place.place.id)}>
              {(id) => (
                <Show when={all().find((place) => place.place.id === id)}>
                  {(place) => <PlaceCard place={place()} onRemove={() => setLeaving(place())} />}
                </Show>
              )}
            </For>
          </Card>
        )}
      </QueryView>
      <p class="quiet small">{t("places.text")}</p>
      <RemovePlace place={leaving()} onClose={() => setLeaving(undefined)} />
    </Section>
  );
}
