import { readFileSync } from "node:fs";
import { defineConfig } from "vitest/config";
import solid from "vite-plugin-solid";
import { trustedTypes } from "./src/trusted-types.vite.ts";

const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };

export default defineConfig({
  plugins: [solid(), trustedTypes()],
  // `target/` holds gigabytes of build output beside the sources: never watch it.
  server: { port: 1420, strictPort: true, watch: { ignored: ["**/target/**", "**/src-tauri/**", "**/crates/**"] } },
  define: { __UI_VERSION__: JSON.stringify(version) },
  build: {
    outDir: "dist",
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
  },
});
