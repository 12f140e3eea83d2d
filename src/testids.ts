/**
 * Names that the end-to-end run finds things by. They are part of the page's interface: do not rename one without
 * the run that uses it.
 *
 * Rows carry more: a transaction row has `data-txid`, `data-status` (`pending`, `confirmed`, `replaced`, `dropped`) and
 * `data-direction`; a coin row has `data-outpoint` and `data-locked`; an address carries the whole text in
 * `data-address`; an amount carries whole satoshis in `data-sats` (absent when unknown); `app` carries `data-vault`
 * (`none`, `locked`, `open`), the freshness chip `data-height` and `data-state`.
 */
export const TESTID = {
  app: "app",
  // Welcome, create, restore.
  welcomeNew: "welcome-new",
  welcomeExisting: "welcome-existing",
  welcomeRestore: "welcome-restore",
  welcomeImport: "welcome-import",
  createName: "create-name",
  createDetails: "create-details",
  createNetwork: "create-network", // a native select
  createScript: "create-script", // a native select
  createSubmit: "create-submit",
  awaiting: "awaiting", // shown while another window or the system asks; data-what says which
  backupPrompt: "backup-prompt",
  backupShowWords: "backup-show-words",
  backupCheckWords: "backup-check-words",
  backupLater: "backup-later",
  // Session.
  unlock: "unlock",
  unlockByKeychain: "unlock-by-keychain",
  keychain: "keychain",
  lock: "lock",
  walletSwitcher: "wallet-switcher",
  walletOption: "wallet-option", // data-wallet-id
  walletAdd: "wallet-add",
  // Shell.
  paletteOpen: "palette-open",
  palette: "palette",
  paletteField: "palette-field",
  navHome: "nav-home",
  navSend: "nav-send",
  navReceive: "nav-receive",
  navCoins: "nav-coins",
  navMore: "nav-more",
  openConsole: "open-console", // opens another window, or on a phone its place
  consoleAgain: "console-again",
  networkBand: "network-band",
  toast: "toast",
  errorNotice: "error-notice", // data-code
  staleBanner: "stale-banner",
  skeleton: "skeleton",
  empty: "empty",
  // Home.
  balance: "balance", // data-sats of the total, absent when unknown
  balanceSpendable: "balance-spendable",
  balancePendingIncoming: "balance-pending-incoming",
  balancePendingOutgoing: "balance-pending-outgoing",
  freshness: "freshness", // click: sync now
  getCoins: "get-coins",
  backupReminder: "backup-reminder",
  draftCard: "draft-card",
  seeAll: "see-all",
  // Receive.
  address: "address", // data-address
  addressCopy: "address-copy",
  addressShare: "address-share",
  addressNew: "address-new",
  addressLabel: "address-label",
  requestAmount: "request-amount",
  qr: "qr",
  // Send.
  sendTo: "send-to",
  sendNext: "send-next", // "Continue" of the first and second step
  sendAmount: "send-amount",
  sendUnit: "send-unit",
  sendAll: "send-all",
  feeChoice: "fee-choice", // data-choice: slow, normal, fast, custom
  feesUnknown: "fees-unknown",
  feeCustom: "fee-custom",
  sendCoins: "send-coins",
  sendLabel: "send-label",
  draftReview: "draft-review", // data-draft-id
  draftAmount: "draft-amount",
  draftFee: "draft-fee",
  draftTotal: "draft-total",
  draftRecipient: "draft-recipient",
  sendButton: "send-button",
  draftDiscard: "draft-discard",
  draftSign: "draft-sign",
  signedRaw: "signed-raw",
  sent: "sent", // data-txid
  sentOpen: "sent-open",
  // History and transaction.
  txRow: "tx-row", // data-txid, data-status, data-direction
  historySearch: "history-search",
  historyFilter: "history-filter", // data-choice
  historyCount: "history-count",
  tx: "tx", // data-txid, data-status
  txCancel: "tx-cancel",
  txCancelConfirm: "tx-cancel-confirm",
  txBump: "tx-bump",
  txBumpConfirm: "tx-bump-confirm",
  txLabel: "tx-label",
  txRaw: "tx-raw",
  // Coins.
  coinRow: "coin-row", // data-outpoint, data-locked
  coinMap: "coin-map",
  coinSelect: "coin-select",
  coinLock: "coin-lock",
  coinLabel: "coin-label",
  coinsSpend: "coins-spend",
  // Addresses.
  addressRow: "address-row", // data-address
  addressesReceive: "addresses-receive",
  addressesChange: "addresses-change",
  // Backup.
  exportFile: "export",
  importFile: "import",
  backupNow: "backup-now",
  backupResult: "backup-result",
  // Settings.
  settingUnit: "setting-unit",
  settingTheme: "setting-theme",
  settingOutOfSight: "setting-out-of-sight", // data-choice
  settingAutoLock: "setting-auto-lock", // a native select
  limitPayment: "limit-payment",
  limitDay: "limit-day",
  limitPresence: "limit-presence",
  limitSave: "limit-save",
  backendUrl: "backend-url",
  backendSave: "backend-save",
  changePassphrase: "change-passphrase",
  walletName: "wallet-name",
  walletRename: "wallet-rename",
  descriptorExternal: "descriptor-external",
  descriptorInternal: "descriptor-internal",
  // Devices and places.
  welcomeJoin: "welcome-join",
  devicesBegin: "devices-begin",
  devicesBeginName: "devices-begin-name",
  devicesBeginSubmit: "devices-begin-submit",
  devicesJoin: "devices-join",
  device: "device", // data-device-id, data-this, data-removed
  devicePending: "device-pending",
  deviceAdd: "device-add",
  deviceRemove: "device-remove",
  deviceRemoveConfirm: "device-remove-confirm",
  deviceGone: "device-gone",
  hostUnready: "host-unready",
  deviceUnready: "device-unready",
  deviceAsTwo: "device-as-two",
  deviceHeard: "device-heard",
  deviceGive: "device-give",
  deviceTake: "device-take",
  deviceKeys: "device-keys",
  hostKeys: "host-keys",
  keysCode: "keys-code",
  keysAt: "keys-at",
  keysSubmit: "keys-submit",
  keysDone: "keys-done",
  sweep: "sweep", // data-step, data-wallet-id
  sweepBanner: "sweep-banner",
  sweepOpen: "sweep-open",
  sweepPayments: "sweep-payments",
  sweepBegin: "sweep-begin",
  sweepShowWords: "sweep-show-words",
  sweepCheckWords: "sweep-check-words",
  sweepLocked: "sweep-locked",
  sweepLockedChoice: "sweep-locked-choice",
  sweepDraft: "sweep-draft",
  sweepSend: "sweep-send",
  sweepFinish: "sweep-finish",
  sweepWaive: "sweep-waive",
  copiedNotice: "copied-notice",
  copiedDismiss: "copied-dismiss",
  hostStart: "host-start",
  hostCode: "host-code",
  hostWords: "host-words",
  hostLeft: "host-left",
  hostDigits: "host-digits",
  hostDigitsSubmit: "host-digits-submit",
  hostStop: "host-stop",
  hostDone: "host-done",
  joinName: "join-name",
  joinCode: "join-code",
  joinAt: "join-at",
  joinSubmit: "join-submit",
  joinDigits: "join-digits", // data-digits
  joinStop: "join-stop",
  place: "place", // data-place-id, data-standing
  placeAdd: "place-add",
  placeSync: "place-sync",
  placeStop: "place-stop",
  placeRemove: "place-remove",
  placeRemoveConfirm: "place-remove-confirm",
  placeKind: "place-kind", // data-choice
  placeUrl: "place-url",
  placeBucket: "place-bucket",
  placeUser: "place-user",
  placeSubmit: "place-submit",
  offered: "offered", // data-wallet-id
  offeredTake: "offered-take",
  conflictChip: "conflict-chip",
  conflict: "conflict",
  conflictChoose: "conflict-choose",
  conflictValue: "conflict-value",
  conflictBecause: "conflict-because",
  // What has to be heard of, and payments that want the same coins.
  alert: "alert", // data-code
  alertDismiss: "alert-dismiss",
  alertsMore: "alerts-more",
  newDevice: "new-device",
  newDeviceMine: "new-device-mine",
  newDeviceRemove: "new-device-remove",
  newDeviceSee: "new-device-see",
  maybeOn: "maybe-on",
  rival: "rival", // data-stage
  rivalAct: "rival-act",
  rivalDropConfirm: "rival-drop-confirm",
  rivalOtherCoins: "rival-other-coins",
  unasked: "unasked",
  // Drill, words for what devices share, files of other wallets.
  drill: "drill", // data-health
  drillTry: "drill-try",
  drillChoose: "drill-choose",
  drillFound: "drill-found",
  recovery: "recovery",
  recoveryMake: "recovery-make",
  lostDevices: "lost-devices",
  recoverSubmit: "recover-submit",
  recoverProgress: "recover-progress",
  recoverStop: "recover-stop",
  recoverFound: "recover-found",
  recoverLacking: "recover-lacking",
  recoverWallet: "recover-wallet", // data-came
  recoverOpen: "recover-open",
  labelsExport: "labels-export",
  labelsElectrum: "labels-electrum",
  labelsImport: "labels-import",
  labelsPreview: "labels-preview",
  labelsDiffering: "labels-differing", // data-choice
  labelsTake: "labels-take",
  descriptorsExport: "descriptors-export",
  metadataExport: "metadata-export",
  descriptorsRead: "descriptors-read",
  otherResult: "other-result",
  placePassword: "place-password",
  rollback: "rollback",
  rollbackDismiss: "rollback-dismiss",
  clockWrong: "clock-wrong",
  // Scanning, and showing what another device scans.
  scanOpen: "scan-open",
  scan: "scan",
  watch: "watch",
  watchName: "watch-name",
  watchNetwork: "watch-network",
  watchKind: "watch-kind",
  watchSubmit: "watch-submit",
  signElsewhere: "sign-elsewhere",
  scanView: "scan-view", // data-phase
  scanBlind: "scan-blind", // data-why
  scanLook: "scan-look",
  scanTorch: "scan-torch",
  scanPaste: "scan-paste",
  scanFile: "scan-file",
  scanGallery: "scan-gallery",
  scanText: "scan-text",
  scanRead: "scan-read",
  scanNothing: "scan-nothing",
  scanSeen: "scan-seen", // data-kind
  scanRefused: "scan-refused", // data-why
  scanAddress: "scan-address",
  scanAmount: "scan-amount",
  scanUse: "scan-use",
  scanTake: "scan-take",
  scanImport: "scan-import",
  scanMeet: "scan-meet",
  meetOpen: "meet-open",
  meetBack: "meet-back",
  met: "met",
  scanServer: "scan-server",
  scanSettings: "scan-settings",
  scanAgain: "scan-again",
  showOpen: "show-open",
  show: "show", // data-at, data-count
  showCode: "show-code", // data-choice
  showPause: "show-pause",
  showShare: "show-share",
  // Contacts.
  contact: "contact", // data-contact-id
  contactLine: "contact-line", // data-counts, data-address
  contactBefore: "contact-before",
  contactsWaiting: "contacts-waiting",
  contactSearch: "contact-search",
  contactAdd: "contact-add",
  contactName: "contact-name",
  contactAddress: "contact-address",
  contactNote: "contact-note",
  contactSubmit: "contact-submit",
  contactCompare: "contact-compare",
  contactPay: "contact-pay",
  contactEdit: "contact-edit",
  contactSave: "contact-save",
  contactOtherAddress: "contact-other-address",
  contactKeepAddress: "contact-keep-address",
  contactRemoveAddress: "contact-remove-address",
  contactRemove: "contact-remove",
  contactChoose: "contact-choose",
  contactOption: "contact-option",
  contactKeep: "contact-keep",
  payee: "payee", // the name of whom a payment is to, as far as it counts here
  paidBefore: "paid-before",
} as const;

export type TestId = (typeof TESTID)[keyof typeof TESTID];
