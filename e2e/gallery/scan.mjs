// Scanning in its rarer states, and two devices that meet by codes.

/** No is the answer before anybody is asked. */
const barred = (page) => page.evaluate(() => {
  navigator.permissions.query = () => Promise.resolve({ state: "denied" });
  navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException("", "NotAllowedError"));
});
/** A camera with a light that can be switched. */
const lit = (page) => page.evaluate(() => {
  const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  navigator.mediaDevices.getUserMedia = async (wanted) => {
    const stream = await open(wanted);
    const [track] = stream.getVideoTracks();
    track.getCapabilities = () => ({ torch: true });
    track.applyConstraints = () => Promise.resolve();
    globalThis.fakeTrack = track;
    return stream;
  };
});
/** The shots, with what those of the other screens use, too. */
export function scanShots({ id, camera, scans, scanned, phase }) {
  const meets = (until) => async (page) => {
    await scanned(page);
    await page.click(id("scan-meet"));
    await page.waitForSelector(until);
  };
  return [
    ["scan-barred", "ready", "/send", scans(barred, `${id("scan-blind")}[data-why=barred]`)],
    ["scan-barred-phone", "handset,barred", "/send", scans(camera("NotAllowedError"), id("scan-settings"))],
    ["scan-failed", "ready", "/send", scans(camera("AnotherError"), `${id("scan-blind")}[data-why=failed]`)],
    ["scan-taken-away", "ready", "/send", async (page) => {
      await scans(lit, phase("looking"))(page);
      await page.evaluate(() => globalThis.fakeTrack.dispatchEvent(new Event("ended")));
      await page.waitForSelector(`${id("scan-blind")}[data-why=taken]`);
    }],
    ["scan-torch-off", "ready", "/send", scans(lit, `${id("scan-torch")}[aria-pressed=false]`)],
    ["scan-torch-on", "ready", "/send", async (page) => {
      await scans(lit, id("scan-torch"))(page);
      await page.click(id("scan-torch"));
      await page.waitForSelector(`${id("scan-torch")}[aria-pressed=true]`);
    }],
    ["scan-paused", "ready", "/send", async (page) => {
      await scans(undefined, phase("looking"))(page);
      await page.evaluate(() => {
        Object.defineProperty(document, "hidden", { configurable: true, get: () => true });
        document.dispatchEvent(new Event("visibilitychange"));
      });
      await page.waitForSelector(phase("paused"));
    }],
    ["scan-reading", "held", "/send", async (page) => {
      await scans(camera("NotFoundError"), id("scan-blind"))(page);
      await page.click(id("scan-file"));
      await page.waitForSelector(phase("reading"));
    }],
    ["scan-fault", "sees_fault", "/send", scans(undefined, id("error-notice"))],
    ["scan-gallery", "handset,sees_server", "/send", async (page) => {
      await scans(camera("NotFoundError"), id("scan-blind"))(page);
      await page.setInputFiles(id("scan-gallery"), { name: "code.png", mimeType: "image/png", buffer: Buffer.from("picture") });
      await page.waitForSelector(id("scan-seen"));
    }],
    ["scan-pasting", "handset", "/send", async (page) => {
      await scans(camera("NotFoundError"), id("scan-blind"))(page);
      await page.click(id("scan-paste"));
      await page.waitForSelector(id("scan-text"));
    }],
    ...["needs_newer", "too_large", "unknown_format"].map((why) => [`scan-refused-${why}`, `sees_${why}`, "/send", scans(undefined, `${id("scan-refused")}[data-why=${why}]`)]),
    ...["offer", "link", "name"].map((what) => [`scan-lightning-${what}`, `sees_${what}`, "/send", scans(undefined, `${id("scan-seen")}[data-kind=lightning]`)]),
    ["scan-server-offered", "sees_server", "/send", async (page) => {
      await scanned(page);
      await page.click(id("scan-server"));
      await page.waitForSelector(id("backend-save"));
    }],
    ["meet", "sharing", "/devices/codes", (page) => page.waitForSelector(`${id("show")} svg`)],
    ["meet-row", "sharing", "/devices", (page) => page.locator(id("meet-open")).scrollIntoViewIfNeeded()],
    ["meet-alone", "ready", "/devices/codes"],
    ["meet-lacks", "sharing,sees_heads", "/devices/codes", meets(id("meet-back"))],
    ["meet-has-all", "sharing,sees_heads,met_all", "/devices/codes", meets(id("met"))],
    ["meet-too-much", "sharing,sees_heads,met_much", "/devices/codes", meets(id("met"))],
    ["meet-took", "sharing,sees_objects", "/devices/codes", meets(id("met"))],
    ["meet-took-nothing", "sharing,plain,sees_objects", "/devices/codes", meets(id("met"))],
    ["meet-took-some", "sharing,unready,sees_objects", "/devices/codes", meets(id("met"))],
  ];
}
