import { Sheet } from "../../components/sheet";
import { Spinner } from "../../components/spinner";
import { t } from "../../i18n";
import { TESTID } from "../../testids";
import "./notice.css";

/** Who is asked besides this window. */
export type Asked = "passphrase_new" | "passphrase" | "words_enter" | "words_show" | "words_check" | "confirm" | "share" | "code" | "joining" | "place" | "take" | "file_save" | "file_open" | "drill" | "recovery_words" | "lost_folder" | "plain_save" | "plain_open" | "place_password";

/** Two windows, the front one waiting for its owner. */
function Art() {
  return (
    <svg class="await-art" viewBox="0 0 144 96" aria-hidden="true">
      <rect class="await-back" x="8" y="8" width="92" height="62" rx="8" />
      <path class="await-bar" d="M8 22h92" />
      <rect class="await-front" x="52" y="34" width="84" height="54" rx="8" />
      <circle class="await-dots" cx="78" cy="61" r="3.500" />
      <circle class="await-dots" cx="94" cy="61" r="3.500" />
      <circle class="await-dots" cx="110" cy="61" r="3.500" />
    </svg>
  );
}

/** Says that another window, or the system, has the word. This one waits and takes nothing. */
export function Awaiting(props: { what: Asked; open: boolean }) {
  return (
    <Sheet
      open={props.open}
      held
      title={t(`await.${props.what}`)}
      closeLabel={t("action.close")}
      onClose={() => undefined}
      testId={TESTID.awaiting}
      what={props.what}
    >
      <div class="await">
        <Art />
        <p class="await-text">{t(`await.${props.what}.text`)}</p>
        <p class="await-line" role="status">
          <Spinner />
          {t("await.waiting")}
        </p>
      </div>
    </Sheet>
  );
}
