import { Sheet } from "../components/sheet";
import { Spinner } from "../components/spinner";
import { t } from "../i18n/common";
import "./awaiting.css";

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
export function AwaitingSheet(props: { open: boolean; title: string; text: string; testId: string; what: string }) {
  return (
    <Sheet
      open={props.open}
      held
      title={props.title}
      closeLabel={t("action.close")}
      onClose={() => undefined}
      testId={props.testId}
      what={props.what}
    >
      <div class="await">
        <Art />
        <p class="await-text">{props.text}</p>
        <p class="await-line" role="status">
          <Spinner />
          {t("await.waiting")}
        </p>
      </div>
    </Sheet>
  );
}
