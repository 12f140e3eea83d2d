import type { Plugin } from "vite";

/**
 * Solid writes each template once through `t.innerHTML = html`. Under `require-trusted-types-for 'script'` that one
 * write is refused, so the build sends it through a policy of its own, named in the Content-Security-Policy. The policy
 * is not exported and takes only what the compiler wrote into the bundle; any other `innerHTML` stays refused.
 */
export const POLICY = "solid-templates";

const SINK = "t.innerHTML = html;";
const SOLID_WEB = /\/solid-js\/web\/dist\/(?:web|dev)\.js(?:\?.*)?$/;

/** Replaces the sink; throws when it is not there exactly once. */
export function trustTemplates(code: string): string {
  const found = code.split(SINK).length - 1;
  if (found !== 1) {
    throw new Error(
      `solid-js/web has ${String(found)} of "${SINK}" instead of one: look where templates are written now`,
    );
  }
  const policy =
    `const templatePolicy = globalThis.trustedTypes ` +
    `? globalThis.trustedTypes.createPolicy(${JSON.stringify(POLICY)}, { createHTML: (html) => html }) ` +
    `: { createHTML: (html) => html };\n`;
  return policy + code.replace(SINK, "t.innerHTML = templatePolicy.createHTML(html);");
}

/** The plugin; the build fails when solid-js/web was bundled without passing through it. */
export function trustedTypes(): Plugin {
  let passed = false;
  return {
    name: "satchel-trusted-types",
    apply: "build",
    transform(code, id) {
      if (!SOLID_WEB.test(id.replaceAll("\\", "/"))) return null;
      passed = true;
      return { code: trustTemplates(code), map: null };
    },
    generateBundle() {
      if (!passed) this.error("solid-js/web was not seen: its template sink is not under the policy");
    },
  };
}
