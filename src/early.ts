import { commands } from "../gen/bindings";

/**
 * Imported before everything else: what goes wrong in the page is told to Rust, which counts it and writes its kind to
 * the log. Texts are cut short and hold no answers of the wallet.
 */
const LONGEST = 300;

// Outside the app's window, such as in a test, there is nobody to tell.
function tell(kind: string, message: string): void {
  if (!("__TAURI_INTERNALS__" in globalThis)) return;
  commands.cmdReportPageError({ kind, message: message.slice(0, LONGEST) }).catch(() => undefined);
}

function textOf(reason: unknown): string {
  if (reason instanceof Error) return `${reason.name}: ${reason.message}`;
  return typeof reason === "string" ? reason : "something that is no error was thrown";
}

window.addEventListener("error", (event) => tell("error", event.message));
window.addEventListener("unhandledrejection", (event) => tell("unhandledrejection", textOf(event.reason)));
document.addEventListener("securitypolicyviolation", (event) =>
  tell("securitypolicyviolation", `${event.effectiveDirective} refused ${event.blockedURI} in ${event.sourceFile}`),
);
