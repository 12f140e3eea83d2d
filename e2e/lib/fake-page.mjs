// The page with its fake backend, built and served under the window's own policy: for pictures and for figures.

import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const PAGE = fileURLToPath(new URL("../out/page", import.meta.url));

// The policy that the window has (tauri.conf.json), so that a picture also proves that nothing of it is broken.
const POLICY = [
  "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:", "font-src 'self'", "connect-src 'none'",
  "base-uri 'none'", "form-action 'none'", "object-src 'none'", "require-trusted-types-for 'script'", "trusted-types solid-templates",
].join("; ");
const TYPES = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".woff2": "font/woff2", ".svg": "image/svg+xml" };

/** Builds the page with its fake backend and serves it under the policy. */
export async function serve(port) {
  const built = spawnSync(process.execPath, ["node_modules/vite/bin/vite.js", "build", "--logLevel", "error"], {
    cwd: ROOT,
    env: { ...process.env, SATCHEL_FAKE: "1" },
    stdio: "inherit",
  });
  if (built.status !== 0) throw new Error("the page did not build");
  const server = createServer((request, response) => {
    const path = new URL(request.url, `http://127.0.0.1:${port}/`).pathname;
    if (path === "/favicon.ico") return response.writeHead(204).end();
    try {
      const body = readFileSync(join(PAGE, normalize(path === "/" ? "/index.html" : path)));
      response.writeHead(200, { "content-type": TYPES[extname(path)] ?? "text/html", "content-security-policy": POLICY });
      response.end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => server.listen(port, "127.0.0.1", resolve));
  return server;
}
