import "./early";
import { render } from "solid-js/web";
import { makeBrowserPlatform } from "../platform/browser";
import "../styles/base.css";
import "../styles/large-text.css";
import { App } from "./app";
import { chooseLanguage } from "./i18n";
import type { ConsoleBackend } from "./ipc/backend";
import { inTauri, makeTauriBackend } from "./ipc/tauri";

/** The real backend in the app; in development, outside it, the fake one. The build that ships has no fake in it. */
async function chooseBackend(): Promise<ConsoleBackend> {
  if (__FAKE__ && !inTauri()) {
    const { makeFakeConsole, scenarioOf } = await import("./ipc/fake");
    return makeFakeConsole(scenarioOf(new URLSearchParams(window.location.search)));
  }
  return makeTauriBackend();
}

const wanted = __FAKE__ ? new URLSearchParams(window.location.search).get("lang") : null;
chooseLanguage(wanted === null ? navigator.languages : [wanted]);

const root = document.getElementById("root");
if (!root) throw new Error("console.html has no #root");
const backend = await chooseBackend();
render(() => <App backend={backend} platform={makeBrowserPlatform()} />, root);
