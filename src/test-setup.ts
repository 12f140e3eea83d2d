import { cleanup, configure } from "@solidjs/testing-library";
import { afterEach } from "vitest";

// A busy machine is slow, not wrong.
configure({ asyncUtilTimeout: 20_000 });

afterEach(() => {
  cleanup();
  window.location.hash = "";
});
