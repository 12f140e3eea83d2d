// tauri-driver between a run and the window.

import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { freePort, start } from "./processes.mjs";
import { until } from "./until.mjs";

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const target = process.env.SATCHEL_TARGET_DIR ?? process.env.CARGO_TARGET_DIR ?? join(root, "target");

export const binary = (name) => join(target, "debug", name);

/** Starts the driver with what the window finds in its environment. `lines` is what both wrote. */
export async function startDriver(env) {
  const found = [process.env.TAURI_DRIVER, join(target, "tools", "bin", "tauri-driver"), "tauri-driver"].find(
    (path) => path && (path === "tauri-driver" || existsSync(path)),
  );
  const [port, native] = [await freePort(), await freePort()];
  const args = ["--port", String(port), "--native-port", String(native), "--native-driver", "/usr/bin/WebKitWebDriver"];
  const { lines } = start(found, args, { name: "tauri-driver", env });
  const url = `http://127.0.0.1:${port}`;
  await until("the driver", async () => {
    if (lines.some((line) => line.includes("ENOENT"))) throw new Error("tauri-driver is not installed");
    return (await fetch(`${url}/status`)).ok;
  });
  return { url, lines };
}

/** What the page reported of itself: errors nobody caught and breaches of its content policy. */
export function pageErrors(lines) {
  return lines.filter((line) => line.includes("the page reports a fault"));
}
