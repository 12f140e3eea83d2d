import { Show } from "solid-js";
import { Card } from "../../components/layout";
import { Skeleton } from "../../components/states";
import { t } from "../../i18n";
import type { CircleStatus } from "../../ipc/types";
import { ConflictSection } from "../conflicts";
import { QueryView } from "../notice";
import { SweepBanner } from "../sweep";
import { Alone } from "./begin";
import { useCircle, usePlaces } from "./context";
import { MeetRow } from "./meet";
import { CircleNotices, ClockNotice, RollbackNotices } from "./notices";
import { OfferedWallets, SharedAddresses } from "./offered";
import { Places } from "./places";
import { RecoveryWords } from "./recovery";
import { Roster } from "./roster";
import "./devices.css";

function Sharing(props: { status: CircleStatus }) {
  const places = usePlaces();
  return (
    <div class="stack-wide">
      <SweepBanner />
      <CircleNotices status={props.status} />
      <RollbackNotices places={places.known() ?? []} />
      <ClockNotice devices={props.status.circle.devices} />
      <OfferedWallets offered={props.status.circle.offered} />
      <ConflictSection />
      <Roster circle={props.status.circle} places={places.known()} />
      <Places />
      <MeetRow />
      <RecoveryWords status={props.status} />
      <SharedAddresses shared={props.status.circle.shared} />
    </div>
  );
}

/** Who shares these wallets, where they meet, and what waits. */
export function DevicesOverview() {
  const circle = useCircle();
  return (
    <QueryView
      query={circle}
      skeleton={
        <Card tight>
          <Skeleton label={t("state.loading")} rows={3} />
        </Card>
      }
    >
      {(status) => (
        <Show when={status().circle.id !== null} fallback={<Alone />}>
          <Sharing status={status()} />
        </Show>
      )}
    </QueryView>
  );
}
