import { commands } from "../gen/bindings";
import { watchFaults } from "./lib/faults";

/**
 * Imported before everything else: what goes wrong in the page is told to Rust, which counts it and writes its kind to
 * the log.
 */
watchFaults((kind, message) => {
  // Outside the app's window, such as in a test, there is nobody to tell.
  if (!("__TAURI_INTERNALS__" in globalThis)) return;
  commands.cmdReportPageError({ kind, message }).catch(() => undefined);
});
