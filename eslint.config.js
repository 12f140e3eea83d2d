import tseslint from "typescript-eslint";
import solid from "eslint-plugin-solid/configs/typescript";

// Which room may import what. A pattern listed is refused.
const TAURI = { group: ["@tauri-apps/*"], message: "Only src/ipc talks to Tauri." };
const GEN = { group: ["**/gen/*"], message: "Only src/ipc and src/query read generated files." };
const room = (name) => ({ group: [`**/${name}`, `**/${name}/**`], message: `This room does not know ${name}.` });
const WORDS = { regex: "i18n(/index|/en.*)?$", message: "Parts of several pages read i18n/common." };
const INNER = {
  group: ["**/features/*/*", "**/features/*/*/**", "!**/features/*/index", "!**/features/*/index.ts"],
  message: "Enter a feature by its index.ts.",
};
const CONSOLE = { group: ["**/console/**", "**/console"], message: "The wallet's page does not know the console." };
const walletAt = (up) => ({
  regex: `^${up}(i18n|i18n/(index|en|en/(?!common$).*)|ipc/(?!error$|events$).*|query/(?!mirror$|pages-query$|questions$).*|app|routes|testids)$`,
  message: "That is the wallet's page.",
});
const restrict = (...patterns) => ({ "no-restricted-imports": ["error", { patterns }] });

export default tseslint.config(
  { ignores: ["dist", "node_modules", "target", "gen", "src-tauri", "crates", "public", "e2e", "xtask"] },
  {
    files: ["src/**/*.{ts,tsx}", "vite.config.ts"],
    extends: [...tseslint.configs.strictTypeChecked, solid],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      ...restrict(TAURI, GEN, CONSOLE),
      "no-eval": "error",
      "no-console": "error",
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "solid/no-innerhtml": ["error", { allowStatic: false }],
      "no-restricted-syntax": [
        "error",
        { selector: "JSXAttribute[name.name='style'] > Literal", message: "style=\"…\" breaks the policy: use a class." },
        { selector: "JSXAttribute[name.name='innerHTML']", message: "No HTML from text." },
        { selector: "MemberExpression[property.name='invalidateQueries']", message: "Tags decide what is stale." },
      ],
    },
  },
  { files: ["src/lib/**"], ignores: ["**/*.test.*"], rules: restrict(TAURI, GEN, room("components"), room("features"), room("ipc"), room("query"), room("platform"), room("routes"), room("i18n")) },
  { files: ["src/i18n/**"], rules: restrict(TAURI, GEN, room("components"), room("features"), room("ipc"), room("query"), room("platform"), room("routes")) },
  { files: ["src/components/**"], rules: restrict(TAURI, GEN, room("features"), room("ipc"), room("query"), room("platform"), room("routes")) },
  { files: ["src/parts/**"], rules: restrict(TAURI, GEN, room("features"), room("ipc"), room("query"), room("routes"), WORDS) },
  { files: ["src/platform/**"], rules: restrict(GEN, room("components"), room("features"), room("query"), room("routes")) },
  { files: ["src/ipc/**"], rules: restrict(room("components"), room("features"), room("query"), room("platform"), room("routes")) },
  { files: ["src/query/**"], rules: restrict(TAURI, room("components"), room("features"), room("platform"), room("routes")) },
  {
    files: ["src/features/**"],
    rules: restrict(TAURI, GEN, CONSOLE, room("routes"), {
      regex: "^\\.\\./(?!ipc/|lib/|i18n)[a-z-]+/.+",
      message: "Enter another feature by its index.ts.",
    }),
  },
  { files: ["src/routes/**", "src/app.tsx"], rules: restrict(TAURI, GEN, CONSOLE, INNER) },
  // The console is a page of its own: it shares components, parts, lib, platform and what keeps answers, and no more.
  { files: ["src/console/*.{ts,tsx}"], rules: restrict(TAURI, GEN, room("features"), room("routes/*"), walletAt("\\.\\./")) },
  { files: ["src/console/*/**"], rules: restrict(TAURI, GEN, room("features"), room("routes"), walletAt("\\.\\./\\.\\./")) },
  { files: ["src/console/i18n/**"], rules: restrict(room("features"), room("components"), room("query"), room("platform")) },
  { files: ["src/console/ipc/**"], rules: restrict(room("features"), room("routes"), room("components"), room("query"), room("platform")) },
  // Tells of faults before anything else stands, so it goes to Rust without the room's help.
  { files: ["src/early.ts"], rules: { "no-restricted-imports": "off" } },
  // The one place that applies tags.
  { files: ["src/query/mirror.ts"], rules: { "no-restricted-syntax": "off" } },
  { files: ["src/**/*.test.{ts,tsx}"], rules: { "@typescript-eslint/no-non-null-assertion": "off" } },
);
