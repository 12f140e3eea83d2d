// The wallet's screens in every state: pictures are taken of them (gallery/draw.mjs), and they are measured (measure.mjs).
import { scanShots } from "./gallery/scan.mjs";

const ADDRESS = "bcrt1pqqqsyqcyq5rqwzqfpg9scrgwpugpzysnzs23v9ccrydpk8qarc0s5kzq8e";
const id = (name) => `[data-testid="${name}"]`;

const toSend = async (page) => {
  await page.fill(id("send-to"), ADDRESS);
  await page.click(id("send-next"));
  await page.waitForSelector(id("send-amount"));
};
const toReview = async (page) => {
  await toSend(page);
  await page.fill(id("send-amount"), "0.0425");
  await page.click(id("send-next"));
  await page.waitForSelector(id("draft-review"));
};
const firstTx = async (page) => {
  await page.click(id("tx-row"));
  await page.waitForSelector(id("tx"));
};

const joins = async (page) => {
  await page.fill(id("join-name"), "Phone of Ada");
  await page.fill(id("join-code"), "SAT1ABCDEF");
  await page.click(id("join-submit"));
};

const recovers = (until) => async (page) => {
  await page.click(`${id("place-kind")} [data-choice=webdav]`);
  await page.fill(id("place-url"), "https://cloud.example.org/remote.php/dav/files/ada/satchel");
  await page.fill(id("place-user"), "ada");
  await page.click(id("recover-submit"));
  await page.waitForSelector(until);
};

const camera = (how) => (page) => page.evaluate((name) => {
  navigator.mediaDevices.getUserMedia = () => (name === "" ? new Promise(() => undefined) : Promise.reject(new DOMException("", name)));
}, how);
const scans = (how, until) => async (page) => {
  await how?.(page);
  await page.click(id("scan-open"));
  await page.waitForSelector(until);
};
const scanned = async (page) => {
  await page.click(id("scan-open"));
  await page.waitForSelector(id("scan-seen"), { timeout: 10_000 });
};
const phase = (at) => `${id("scan-view")}[data-phase=${at}]`;
const SEEN = [
  "payment", "not_payable", "lightning", "psbt", "transaction", "descriptor", "account_key", "pairing", "wallet_file", "objects", "heads", "labels", "descriptor_backup", "server",
  "sealed_only",
];
const toShow = async (page) => {
  await toReview(page);
  await page.getByText("Details", { exact: false }).first().click();
  await page.click(id("show-open"));
  await page.waitForSelector(`${id("show")} svg`);
};

/** name, scenario, path, what to do before the picture. */
export const SHOTS = [
  ["welcome", "new", "/welcome"],
  ["create", "new", "/create"],
  ["create-details", "new", "/create", (page) => page.click(id("create-details"))],
  ["create-awaiting", "new,held", "/create", (page) => page.click(id("create-submit"))],
  ["existing", "new", "/existing"],
  ["restore", "new", "/restore"],
  ["backup-new", "empty", "/backup/new"],
  ["backup-new-words", "empty,held", "/backup/new", (page) => page.click(id("backup-show-words"))],
  ["unlock", "locked,held", "/"],
  ["unlock-declined", "locked,declined", "/"],
  ["home", "ready", "/"],
  ["home-pending", "pending,unproven", "/"],
  ["home-empty", "empty", "/"],
  ["home-rich", "rich", "/"],
  ["coins-rich", "rich", "/coins"],
  ["home-unknown", "unknown", "/"],
  ["home-loading", "loading", "/"],
  ["home-failed", "failed", "/"],
  ["home-offline", "offline", "/", async (page) => {
    await page.click(id("freshness"));
    await page.waitForSelector(id("stale-banner"));
  }],
  ["home-bitcoin", "bitcoin", "/"],
  ["home-signet", "signet", "/"],
  ["home-toast", "empty", "/", (page) => page.click(id("get-coins"))],
  ["switcher", "ready", "/", (page) => page.locator(`${id("wallet-switcher")}:visible`).click()],
  ["receive", "ready", "/receive"],
  ["receive-amount", "ready", "/receive", async (page) => {
    await page.getByText("Ask for an amount").click();
    await page.fill(id("request-amount"), "0.01");
  }],
  ["receive-phone", "handset", "/receive", (page) => page.locator(id("address-share")).scrollIntoViewIfNeeded()],
  ["receive-loading", "loading", "/receive"],
  ["receive-failed", "failed", "/receive"],
  ["send-who", "ready", "/send"],
  ["send-who-fault", "ready", "/send", async (page) => {
    await page.fill(id("send-to"), "not-an-address!");
    await page.click(id("send-next"));
  }],
  ["send-amount", "ready", "/send", toSend],
  ["send-amount-typed", "ready", "/send", async (page) => {
    await toSend(page);
    await page.fill(id("send-amount"), "0.0425");
    await page.click(`${id("fee-choice")}[data-choice=custom]`);
    await page.fill(id("fee-custom"), "12.5");
  }],
  ["send-amount-fault", "ready", "/send", async (page) => {
    await toSend(page);
    await page.fill(id("send-amount"), "1,5");
  }],
  ["send-amount-coins", "ready", "/send", async (page) => {
    await toSend(page);
    await page.click(id("send-coins"));
  }],
  ["send-amount-offline", "offline", "/send", toSend],
  ["send-review", "ready", "/send", toReview],
  ["send-review-phone", "handset", "/send", async (page) => {
    await toReview(page);
    await page.locator(id("show-share")).evaluate((button) => { button.closest("details").open = true; });
    await page.locator(id("show-share")).scrollIntoViewIfNeeded();
  }],
  ["send-awaiting", "held", "/send", async (page) => {
    await toReview(page);
    await page.click(id("send-button"));
  }],
  ["send-declined", "declined", "/send", async (page) => {
    await toReview(page);
    await page.click(id("send-button"));
    await page.waitForSelector(id("error-notice"));
  }],
  ["send-done", "ready", "/send", async (page) => {
    await toReview(page);
    await page.click(id("send-button"));
    await page.waitForSelector(id("sent"));
  }],
  ["activity", "ready", "/activity"],
  ["activity-many", "many", "/activity", async (page) => {
    await page.waitForSelector(id("tx-row"));
    for (let i = 0; i < 4; i += 1) {
      await page.mouse.wheel(0, 4000);
      await page.waitForTimeout(120);
    }
  }],
  ["activity-empty", "empty", "/activity"],
  ["activity-loading", "loading", "/activity"],
  ["activity-failed", "failed", "/activity"],
  ["activity-none", "ready", "/activity", async (page) => {
    await page.fill(id("history-search"), "zzzz");
    await page.waitForSelector(id("empty"));
  }],
  ["tx", "ready", "/activity", firstTx],
  ["tx-pending", "pending", "/activity", async (page) => {
    await page.locator(`${id("tx-row")}[data-direction=outgoing]`).first().click();
    await page.waitForSelector(id("tx"));
  }],
  ["tx-replaced", "pending", "/activity", async (page) => {
    await page.locator(`${id("tx-row")}[data-status=replaced]`).first().click();
    await page.waitForSelector(id("tx"));
  }],
  ["tx-details", "ready", "/activity", async (page) => {
    await firstTx(page);
    await page.getByText("Inputs, outputs, raw bytes").click();
  }],
  ["coins", "ready", "/coins"],
  ["coins-chosen", "pending", "/coins", async (page) => {
    await page.locator(`${id("coin-row")} .check-box`).first().click();
    await page.locator(`${id("coin-row")} .check-box`).nth(1).click();
  }],
  ["coins-many", "many", "/coins"],
  ["coins-empty", "empty", "/coins"],
  ["coins-loading", "loading", "/coins"],
  ["addresses", "ready", "/addresses"],
  ["more", "ready", "/more"],
  ["more-waits", "conflict", "/more"],
  ["backup", "ready", "/backup"],
  ["backup-damaged", "damaged", "/backup"],
  ["backup-unproven", "unproven", "/backup"],
  ["backup-done", "ready", "/backup", async (page) => {
    await page.click(id("backup-now"));
    await page.waitForSelector(id("backup-result"));
  }],
  ["backup-failed", "failed", "/backup"],
  ["settings", "ready", "/settings"],
  ["settings-phone", "handset", "/settings", (page) => page.locator(id("setting-out-of-sight")).scrollIntoViewIfNeeded()],
  ["node-place", "handset", "/node"],
  ["node-place-failed", "handset,failed", "/node"],
  ["settings-presence", "presence", "/settings", (page) => page.locator(id("limit-presence")).scrollIntoViewIfNeeded()],
  ["wallets-add", "ready", "/wallets/add"],
  ["contacts-empty", "ready", "/contacts"],
  ["contacts-loading", "loading", "/contacts"],
  ["contacts-failed", "failed", "/contacts"],
  ["contacts", "contacts", "/contacts"],
  ["contacts-waiting", "contacts_waiting", "/contacts"],
  ["contacts-changed", "contacts_waiting", "/contacts", (page) => page.locator(id("contact-before")).first().scrollIntoViewIfNeeded()],
  ["contacts-nobody", "contacts", "/contacts", (page) => page.fill(id("contact-search"), "zz")],
  ["contacts-conflict", "contacts_conflict", "/contacts"],
  ["contacts-add", "contacts", "/contacts", (page) => page.click(id("contact-add"))],
  ["contacts-edit", "contacts", "/contacts", (page) => page.locator(id("contact-edit")).nth(1).click()],
  ["contacts-compare-awaiting", "contacts_waiting,held", "/contacts", (page) => page.locator(id("contact-compare")).first().click()],
  ["contacts-choose", "contacts", "/send", (page) => page.click(id("contact-choose"))],
  ["contacts-choose-none", "ready", "/send", (page) => page.click(id("contact-choose"))],
  ["contacts-amount", "contacts", "/send", async (page) => {
    await page.click(id("contact-choose"));
    await page.locator(id("contact-option")).first().click();
    await page.waitForSelector(id("send-amount"));
  }],
  ["contacts-history", "contacts", "/activity"],
  ["devices-none", "ready", "/devices"],
  ["devices-begin", "ready", "/devices", (page) => page.click(id("devices-begin"))],
  ["devices-loading", "loading", "/devices"],
  ["devices-failed", "failed", "/devices"],
  ["devices", "sharing", "/devices"],
  ["devices-owner-two", "guest_owner", "/devices"],
  ["devices-banner", "sweep_begin", "/devices"],
  ["sweep-elsewhere", "sweep_elsewhere", "/devices/sweep"],
  ["sweep-begin", "sweep_begin", "/devices/sweep"],
  ["sweep-begin-awaiting", "sweep_begin,held", "/devices/sweep", (page) => page.click(id("sweep-begin"))],
  ["sweep-begin-declined", "sweep_begin,declined", "/devices/sweep", (page) => page.click(id("sweep-begin"))],
  ["sweep-words", "sweep_words", "/devices/sweep"],
  ["sweep-draft", "sweep_draft", "/devices/sweep"],
  ["sweep-draft-offline", "sweep_draft,offline", "/devices/sweep", (page) => page.click(id("sweep-draft"))],
  ["sweep-locked", "sweep_locked", "/devices/sweep", (page) => page.locator(`${id("sweep-locked-choice")} [data-choice=leave]`).click()],
  ["sweep-send", "sweep_send", "/devices/sweep"],
  ["devices-unready", "sharing,unready", "/devices", (page) => page.locator(id("device-unready")).scrollIntoViewIfNeeded()],
  ["sweep-many", "sweep_many", "/devices/sweep"],
  ["sweep-wait", "sweep_wait", "/devices/sweep"],
  ["sweep-away", "sweep_away", "/devices/sweep"],
  ["sweep-waive", "sweep_begin", "/devices/sweep", (page) => page.click(id("sweep-waive"))],
  ["sweep-none", "sharing", "/devices/sweep"],
  ["sweep-loading", "loading", "/devices/sweep"],
  ["sweep-failed", "failed", "/devices/sweep"],
  ["keys-take", "guest", "/devices/keys"],
  ["keys-give", "sharing", "/devices/add?keys"],
  ["devices-alone", "alone", "/devices"],
  ["devices-guest", "guest", "/devices"],
  ["devices-nowhere", "nowhere", "/devices"],
  ["devices-copied", "copied", "/devices"],
  ["devices-as-two", "copied", "/devices", (page) => page.locator(id("device-as-two")).first().scrollIntoViewIfNeeded()],
  ["devices-offered", "offered", "/devices"],
  ["devices-conflict", "conflict", "/devices"],
  ["devices-conflict-choose", "conflict", "/devices", (page) => page.locator(id("conflict-choose")).first().click()],
  ["devices-conflict-second", "conflict", "/devices", (page) => page.locator(id("conflict-choose")).nth(1).click()],
  ["devices-conflict-changes", "conflict", "/devices", (page) => page.locator(id("conflict-choose")).nth(2).click()],
  ["devices-remove", "sharing", "/devices", (page) => page.locator(id("device-remove")).nth(1).click()],
  ["devices-remove-keys", "guest_owner", "/devices", (page) => page.locator(id("device-remove")).first().click()],
  ["devices-removed-keys", "guest_owner", "/devices", async (page) => {
    await page.locator(id("device-remove")).first().click();
    await page.click(id("device-remove-confirm"));
    await page.waitForSelector(id("device-gone"));
  }],
  ...["unsent", "away", "refused", "meeting", "unmet", "lapsed", "places"].map((state) => [
    `places-${state}`, state, "/devices", (page) => page.locator(id("place")).first().scrollIntoViewIfNeeded(),
  ]),
  ["place-remove", "sharing", "/devices", (page) => page.click(id("place-remove"))],
  ["place-add", "sharing", "/devices/place"],
  ["place-add-webdav", "sharing", "/devices/place", async (page) => {
    await page.click(`${id("place-kind")} [data-choice=webdav]`);
    await page.fill(id("place-url"), "http://cloud.example.org");
    await page.click(id("place-submit"));
  }],
  ["place-add-s3", "sharing", "/devices/place", (page) => page.click(`${id("place-kind")} [data-choice=s3]`)],
  ["place-awaiting", "sharing,held", "/devices/place", (page) => page.click(id("place-submit"))],
  ["host", "sharing", "/devices/add"],
  ["host-awaiting", "sharing,held", "/devices/add", (page) => page.click(id("host-start"))],
  ["host-shown", "sharing,shown", "/devices/add", (page) => page.click(id("host-start"))],
  ["host-late", "sharing,late", "/devices/add", (page) => page.click(id("host-start"))],
  ["host-words", "sharing,shown", "/devices/add", async (page) => {
    await page.click(id("host-start"));
    await page.getByText("It cannot scan").click();
    await page.locator(id("host-words")).scrollIntoViewIfNeeded();
  }],
  ["host-digits", "sharing,arrived", "/devices/add", async (page) => {
    await page.click(id("host-start"));
    await page.fill(id("host-digits"), "481 2");
    await page.click(id("host-digits-submit"));
  }],
  ["host-failed", "sharing,unpaired", "/devices/add", async (page) => {
    await page.click(id("host-start"));
    await page.fill(id("host-digits"), "481207");
    await page.click(id("host-digits-submit"));
    await page.waitForSelector(id("error-notice"));
  }],
  ["host-done", "sharing", "/devices/add", async (page) => {
    await page.click(id("host-start"));
    await page.fill(id("host-digits"), "481207");
    await page.click(id("host-digits-submit"));
    await page.waitForSelector(id("host-done"));
  }],
  ["join", "new", "/join"],
  ["join-words", "new", "/join", async (page) => {
    await page.fill(id("join-code"), "legal winner thank year wave sausage worth useful");
    await page.click(id("join-submit"));
  }],
  ["join-inside", "ready", "/join"],
  ["join-awaiting", "new,held", "/join", joins],
  ["join-reaching", "new,shown", "/join", joins],
  ["join-digits", "new,arrived", "/join", async (page) => {
    await joins(page);
    await page.waitForSelector(id("join-digits"));
  }],
  ["join-nobody", "new,offline", "/join", async (page) => {
    await joins(page);
    await page.waitForSelector(id("error-notice"));
  }],
  ["joined", "joined", "/devices"],
  ["joined-offered", "joined_offered", "/devices"],
  ["tx-conflict", "conflict", "/activity", async (page) => {
    await firstTx(page);
    await page.locator(id("conflict-chip")).scrollIntoViewIfNeeded();
  }],
  ["alerts-home", "clash", "/"],
  ["alerts-new-device", "added", "/"],
  ["alerts-new-device-guest", "added_guest", "/coins"],
  ["alerts-new-device-remove", "added", "/", (page) => page.click(id("new-device-remove"))],
  ["alerts-older", "older", "/"],
  ["alerts-more", "clash", "/", (page) => page.click(id("alerts-more"))],
  ["alerts-tx", "clash", "/activity", async (page) => {
    await page.locator(`${id("tx-row")}[data-status=replaced]`).first().click();
    await page.waitForSelector(id("alert"));
  }],
  ["rivals-tx", "clash", "/activity", async (page) => {
    await page.locator(`${id("tx-row")}[data-status=pending][data-direction=outgoing]`).first().click();
    await page.waitForSelector(id("rival"));
  }],
  ["rivals-drafts", "clash", "/", (page) => page.locator(id("draft-card")).first().scrollIntoViewIfNeeded()],
  ["rivals-review", "clash", `/send/review/${"d1".repeat(16)}`, (page) => page.locator(id("rival-other-coins")).scrollIntoViewIfNeeded()],
  ["rivals-drop", "clash", `/send/review/${"d1".repeat(16)}`, (page) => page.locator(id("rival-act")).first().click()],
  ["rivals-other-coins", "clash", `/send/review/${"d1".repeat(16)}`, async (page) => {
    await page.click(id("rival-other-coins"));
    await page.click(id("send-coins"));
  }],
  ["send-unasked", "clash", "/send", async (page) => {
    await toReview(page);
    await page.click(id("send-button"));
    await page.waitForSelector(id("unasked"));
  }],
  ["backup-drill-none", "empty", "/backup", (page) => page.locator(id("drill")).scrollIntoViewIfNeeded()],
  ["backup-drilled", "drilled", "/backup", (page) => page.locator(id("drill")).scrollIntoViewIfNeeded()],
  ["backup-drill-found", "ready", "/backup", async (page) => {
    await page.click(id("drill-try"));
    await page.locator(id("drill-found")).scrollIntoViewIfNeeded();
  }],
  ["backup-drill-lacks", "plain", "/backup", async (page) => {
    await page.click(id("drill-try"));
    await page.locator(id("drill-found")).scrollIntoViewIfNeeded();
  }],
  ["backup-drill-awaiting", "held", "/backup", (page) => page.click(id("drill-try"))],
  ["backup-others", "ready", "/backup", (page) => page.locator(id("descriptors-read")).scrollIntoViewIfNeeded()],
  ["labels-preview", "ready", "/backup", async (page) => {
    await page.click(id("labels-import"));
    await page.waitForSelector(id("labels-preview"));
  }],
  ["labels-preview-end", "ready", "/backup", async (page) => {
    await page.click(id("labels-import"));
    await page.locator(id("labels-take")).scrollIntoViewIfNeeded();
  }],
  ["labels-nothing", "plain", "/backup", async (page) => {
    await page.click(id("labels-import"));
    await page.waitForSelector(id("labels-preview"));
  }],
  ["labels-awaiting", "held", "/backup", (page) => page.click(id("labels-import"))],
  ["labels-declined", "declined", "/backup", async (page) => {
    await page.click(id("labels-export"));
    await page.locator(id("error-notice")).scrollIntoViewIfNeeded();
  }],
  ["descriptors-found", "ready", "/backup", async (page) => {
    await page.click(id("descriptors-read"));
    await page.locator(id("other-result")).scrollIntoViewIfNeeded();
  }],
  ["recovery-none", "sharing", "/devices", (page) => page.locator(id("recovery")).scrollIntoViewIfNeeded()],
  ["recovery-made", "guest_owner", "/devices", (page) => page.locator(id("recovery")).scrollIntoViewIfNeeded()],
  ["recovery-guest", "guest", "/devices", (page) => page.locator(id("recovery")).scrollIntoViewIfNeeded()],
  ["recovery-awaiting", "sharing,held", "/devices", (page) => page.click(id("recovery-make"))],
  ["recover", "new", "/recover"],
  ["recover-webdav", "new", "/recover", (page) => page.click(`${id("place-kind")} [data-choice=webdav]`)],
  ["recover-inside", "ready", "/recover"],
  ["recover-awaiting", "new,held", "/recover", (page) => page.click(id("recover-submit"))],
  ["recover-listing", "new,recover_listing", "/recover", recovers(id("recover-progress"))],
  ["recover-fetching", "new,recover_fetching", "/recover", recovers("progress[value]")],
  ["recover-opening", "new,recover_opening", "/recover", recovers(id("awaiting"))],
  ["recover-adding", "new,recover_adding", "/recover", recovers(`${id("awaiting")}[data-what=lost_adding]`)],
  ...["wrong_words", "nothing", "denied", "untrusted"].map((why) => [`recover-${why}`, `new,recover_${why}`, "/recover", recovers(id("error-notice"))]),
  ["recover-offline", "new,offline", "/recover", recovers(id("error-notice"))],
  ["recover-found", "ready", "/recover", recovers(id("recover-found"))],
  ["recover-lacking", "new,recover_lacking", "/recover", recovers(id("recover-lacking"))],
  ["devices-went-back", "back", "/devices"],
  ["place-add-phone", "handset", "/devices/place"],
  ["place-password-awaiting", "refused,held", "/devices", (page) => page.locator(id("place-password")).first().click()],
  ["receive-maybe", "clash", "/receive"],
  ["coins-reserved", "clash", "/coins"],
  ["addresses-maybe", "clash", "/addresses"],
  ["scan-starting", "ready", "/send", scans(camera(""), phase("starting"))],
  ["scan-looking", "ready", "/send", scans(undefined, phase("looking"))],
  ["scan-gathering", "gathering", "/send", scans(undefined, phase("gathering"))],
  ["scan-native", "scanner_looks", "/send", scans(undefined, `${id("scan-view")}[data-phase=native]`)],
  ...scanShots({ id, camera, scans, scanned, phase }),
  ["scan-denied", "ready", "/send", scans(camera("NotAllowedError"), `${id("scan-blind")}[data-why=denied]`)],
  ["scan-none", "ready", "/send", scans(camera("NotFoundError"), `${id("scan-blind")}[data-why=none]`)],
  ["scan-busy", "ready", "/send", scans(camera("NotReadableError"), `${id("scan-blind")}[data-why=busy]`)],
  ...SEEN.map((kind) => [`scan-seen-${kind}`, `sees_${kind}`, "/send", scans(undefined, `${id("scan-seen")}[data-kind=${kind}]`)]),
  ["scan-seen-unknown", "sees_unknown", "/send", async (page) => {
    await scans(camera("NotFoundError"), id("scan-blind"))(page);
    await page.click(id("scan-file"));
    await page.waitForSelector(id("scan-seen"));
  }],
  ["scan-nothing", "sees_nothing", "/send", async (page) => {
    await scans(camera("NotFoundError"), id("scan-blind"))(page);
    await page.click(id("scan-file"));
    await page.waitForSelector(id("scan-nothing"));
  }],
  ["scan-several", "sees_several", "/send", scans(undefined, id("scan-refused"))],
  ["scan-damaged", "sees_damaged", "/send", scans(undefined, id("scan-refused"))],
  ["scan-over", "sees_over", "/send", async (page) => {
    await page.click(id("scan-open"));
    await page.getByText("The scan is over").waitFor();
  }],
  ["scan-join", "new,sees_pairing", "/join", scans(undefined, id("scan-use"))],
  ["scan-taken", "ready", "/send", async (page) => {
    await scans(camera("NotFoundError"), id("scan-blind"))(page);
    await page.click(id("scan-file"));
    await page.click(id("scan-use"));
    await page.waitForSelector(id("send-amount"));
  }],
  ["show", "ready", "/send", toShow],
  ["show-ur", "ready", "/send", async (page) => {
    await toShow(page);
    await page.click(`${id("show-code")} [data-choice=ur]`);
    await page.click(id("show-pause"));
  }],
  ["watch-descriptor", "ready,sees_descriptor", "/existing", scanned],
  ["watch-key", "new,sees_account_key", "/existing", scanned],
  ["watch-several", "ready,plain,sees_descriptor", "/existing", scanned],
  ["watch-review", "ready", "/", async (page) => {
    await page.locator(`${id("wallet-switcher")}:visible`).click();
    await page.getByRole("menuitem", { name: /Cellar/ }).click();
    await page.waitForTimeout(300);
    await page.evaluate(() => (location.hash = "#/send"));
    await page.waitForSelector(id("send-to"));
    await toReview(page);
    await page.locator(id("sign-elsewhere")).scrollIntoViewIfNeeded();
  }],
  ["palette", "ready", "/", (page) => page.keyboard.press("Control+k")],
  ["palette-found", "ready", "/", async (page) => {
    await page.keyboard.press("Control+k");
    await page.fill(id("palette-field"), "ba");
  }],
  ["shortcuts", "ready", "/", (page) => page.keyboard.press("?")],
];
