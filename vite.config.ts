import { readFileSync } from "node:fs";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";
import solid from "vite-plugin-solid";
import { trustedTypes } from "./src/trusted-types.vite.ts";

const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };

// The build that pictures are taken of has the fake backend in it; the one that ships must not.
const pictures = process.env["SATCHEL_FAKE"] === "1";

/** Fails a build that would carry the fake backend. */
const noFake = (): Plugin => ({
  name: "satchel-no-fake",
  apply: "build",
  generateBundle(_options, bundle) {
    for (const chunk of Object.values(bundle)) {
      if (chunk.type === "chunk" && chunk.moduleIds.some((id) => id.includes("/src/ipc/fake"))) {
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
  plugins: [solid(), trustedTypes(), sealedFace(), ...(pictures ? [] : [noFake()])],
  // `target/` holds gigabytes of build output beside the sources: never watch it.
  server: { port: 1420, strictPort: true, watch: { ignored: ["**/target/**", "**/src-tauri/**", "**/crates/**"] } },
  define: { __UI_VERSION__: JSON.stringify(version), __FAKE__: JSON.stringify(command === "serve" || pictures) },
  build: {
    outDir: pictures ? "e2e/out/page" : "dist",
    emptyOutDir: true,
    target: "es2022",
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
