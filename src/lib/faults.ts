const LONGEST = 300;

function textOf(reason: unknown): string {
  if (reason instanceof Error) return `${reason.name}: ${reason.message}`;
  return typeof reason === "string" ? reason : "something that is no error was thrown";
}

/** Hands on what goes wrong in a page. Texts are cut short and hold no answers of Rust. */
export function watchFaults(tell: (kind: string, message: string) => void): void {
  const cut = (kind: string, message: string): void => tell(kind, message.slice(0, LONGEST));
  window.addEventListener("error", (event) => cut("error", event.message));
  window.addEventListener("unhandledrejection", (event) => cut("unhandledrejection", textOf(event.reason)));
  document.addEventListener("securitypolicyviolation", (event) =>
    cut("securitypolicyviolation", `${event.effectiveDirective} refused ${event.blockedURI} in ${event.sourceFile}`),
  );
}
