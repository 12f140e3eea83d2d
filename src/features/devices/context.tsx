import { createContext, createSignal, onCleanup, useContext, type Accessor, type ParentProps } from "solid-js";
import type { EventHub } from "../../ipc/events";
import type { PlaceState } from "../../ipc/types";
import { useAnswer } from "../../query/use";
import { progressAfter, type Progress } from "./model";

const MeetingContext = createContext<Accessor<Progress>>();

/** Knows how far rounds are; they tell it by events. */
export function MeetingProvider(props: ParentProps<{ hub: EventHub }>) {
  const [progress, setProgress] = createSignal<Progress>({});
  // The hub does not change while the page lives.
  // eslint-disable-next-line solid/reactivity
  onCleanup(props.hub.listen((event) => void setProgress((was) => progressAfter(was, event))));
  return <MeetingContext.Provider value={progress}>{props.children}</MeetingContext.Provider>;
}

export function useProgress(): Accessor<Progress> {
  const progress = useContext(MeetingContext);
  if (!progress) throw new Error("useProgress is called outside MeetingProvider");
  return progress;
}

/** Who shares, what they offer, and what should be known. */
export function useCircle() {
  return useAnswer("cmd_get_circle", () => []);
}

/** The places, and how this device stands there. Nothing while it is not known. */
export function usePlaces() {
  const answer = useAnswer("cmd_list_places", () => []);
  const known = (): PlaceState[] | undefined => (answer.isPending || answer.isError ? undefined : answer.data);
  return { answer, known };
}
