import { watchFaults } from "../lib/faults";
import { inTauri, makeTauriBackend } from "./ipc/tauri";

/** Imported before everything else: what goes wrong in the page is told to Rust. */
watchFaults((kind, message) => {
  // Outside the app's window, such as in a test, there is nobody to tell.
  if (inTauri()) makeTauriBackend().report({ kind, message });
});
