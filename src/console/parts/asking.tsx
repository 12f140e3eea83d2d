import { AwaitingSheet } from "../../parts/awaiting";
import { t } from "../i18n";
import { CID } from "../testids";

/** Who is asked besides this window. */
export type Asked = "send" | "url" | "key" | "way";

/** Says that the system, or the sealed window, has the word. */
export function Asking(props: { what: Asked; open: boolean }) {
  return (
    <AwaitingSheet
      open={props.open}
      title={t(`ask.${props.what}`)}
      text={t(`ask.${props.what}.text`)}
      testId={CID.awaiting}
      what={props.what}
    />
  );
}
