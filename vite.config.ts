import { readFileSync } from "node:fs";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";
import solid from "vite-plugin-solid";
import { trustedTypes } from "./src/trusted-types.vite.ts";

const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };

// The build that pictures are taken of has the fake backend in it; the one that ships must not.
const pictures = process.env["SATCHEL_FAKE"] === "1";

const FAKES = /\/src\/(?:console\/)?ipc\/fake/;
/** What only the wallet's page is made of, and what only the console's is. */
const WALLET = /\/src\/(?:features|routes|ipc\/(?!error|events)|query\/(?!mirror|pages-query|questions))|\/gen\/(?:bindings|cache-tags)/;
const CONSOLE = /\/src\/console\/|\/gen\/console-/;

/** Fails a build in which one page would load what is the other's: each window has its own commands and no others' names. */
const apart = (): Plugin => ({
  name: "satchel-pages-apart",
  apply: "build",
  generateBundle(_options, bundle) {
    const chunks = Object.values(bundle).flatMap((each) => (each.type === "chunk" ? [each] : []));
    const byName = new Map(chunks.map((chunk) => [chunk.fileName, chunk]));
    for (const entry of chunks.filter((chunk) => chunk.isEntry)) {
      const others = entry.name === "console" ? WALLET : CONSOLE;
      const seen = new Set<string>();
      const queue = [entry.fileName];
      for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
        const chunk = byName.get(name);
        if (!chunk || seen.has(name)) continue;
        seen.add(name);
        const stray = chunk.moduleIds.find((id) => others.test(id) && !(pictures && id.includes("/fake")));
        if (stray !== undefined) this.error(`${entry.name}.html loads ${stray}`);
        queue.push(...chunk.imports, ...chunk.dynamicImports);
      }
    }
  },
});

/** Fails a build that would carry the fake backend. */
const noFake = (): Plugin => ({
  name: "satchel-no-fake",
  apply: "build",
  generateBundle(_options, bundle) {
    for (const chunk of Object.values(bundle)) {
      if (chunk.type === "chunk" && chunk.moduleIds.some((id) => FAKES.test(id))) {
        this.error("the fake backend is in the bundle");
      }
    }
  },
});

/** The sealed page loads nothing of the app's, so it gets the face under a name of its own. */
const sealedFace = (): Plugin => ({
  name: "satchel-sealed-face",
  apply: "build",
  generateBundle() {
    const source = readFileSync("node_modules/@fontsource-variable/inter/files/inter-latin-wght-normal.woff2");
    this.emitFile({ type: "asset", fileName: "sealed/inter.woff2", source });
  },
});

export default defineConfig(({ command }) => ({
  plugins: [solid(), trustedTypes(), sealedFace(), apart(), ...(pictures ? [] : [noFake()])],
  // `target/` holds gigabytes of build output beside the sources: never watch it.
  server: { port: 1420, strictPort: true, watch: { ignored: ["**/target/**", "**/src-tauri/**", "**/crates/**"] } },
  define: { __UI_VERSION__: JSON.stringify(version), __FAKE__: JSON.stringify(command === "serve" || pictures) },
  build: {
    outDir: pictures ? "e2e/out/page" : "dist",
    emptyOutDir: true,
    target: "es2022",
    rolldownOptions: { input: { index: "index.html", console: "console.html" } },
    // The policy allows no `data:` fonts, so nothing is inlined.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  test: {
    environment: "happy-dom",
    include: ["src/**/*.test.{ts,tsx}"],
    setupFiles: ["src/test-setup.ts"],
    restoreMocks: true,
    testTimeout: 60_000,
  },
}));
