import { t } from "../../i18n";
import { AwaitingSheet } from "../../parts/awaiting";
import { TESTID } from "../../testids";

/** Who is asked besides this window. */
export type Asked = "passphrase_new" | "passphrase" | "words_enter" | "words_show" | "words_check" | "confirm" | "share" | "code" | "joining" | "place" | "take" | "file_save" | "file_open" | "drill" | "recovery_words" | "lost_place" | "lost_words" | "lost_adding" | "watch" | "plain_save" | "plain_open" | "place_password";

/** Says that another window, or the system, has the word. */
export function Awaiting(props: { what: Asked; open: boolean }) {
  return (
    <AwaitingSheet
      open={props.open}
      title={t(`await.${props.what}`)}
      text={t(`await.${props.what}.text`)}
      testId={TESTID.awaiting}
      what={props.what}
    />
  );
}
