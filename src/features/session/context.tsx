import { createContext, useContext, type ParentProps } from "solid-js";
import type { Session } from "./session";

const SessionContext = createContext<Session>();

export function SessionProvider(props: ParentProps<{ session: Session }>) {
  // What is provided does not change while the page lives.
  // eslint-disable-next-line solid/reactivity
  return <SessionContext.Provider value={props.session}>{props.children}</SessionContext.Provider>;
}

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error("useSession is called outside SessionProvider");
  return session;
}
