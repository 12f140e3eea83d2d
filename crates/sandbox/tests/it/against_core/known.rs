//! Where a sandbox and Bitcoin Core differ and are meant to; `docs/sandbox.md` has the same list for people.

/// A call, a part of the line that tells of the difference, and why.
type Known = (&'static str, &'static str, &'static str);

const KNOWN: &[Known] = &[
    // A node that is older than 29.
    (
        "testmempoolaccept",
        ".reject-details: sandbox alone",
        "told since 29",
    ),
    ("getblock", ".target: sandbox alone", "told since 29"),
    ("getblockchaininfo", ".bits: sandbox", "told since 29"),
    ("getblockchaininfo", ".target: sandbox", "told since 29"),
    ("getmininginfo", ".bits: sandbox", "told since 29"),
    ("getmininginfo", ".target: sandbox", "told since 29"),
    ("getmininginfo", ".next: sandbox", "told since 29"),
    ("getmininginfo", ".blockmintxfee: sandbox", "told since 29"),
    (
        "submitpackage []",
        "between 1 and 25",
        "one alone is a package since 29",
    ),
    (
        "submitpackage [[]]",
        "between 1 and 25",
        "one alone is a package since 29",
    ),
    // Builds between releases, and forks.
    (
        "get",
        ".warnings[0]: sandbox null",
        "a build for tests warns of itself",
    ),
    // The sandbox is smaller.
    ("gettxoutsetinfo", ": other alone", "counts and sums alone"),
    (
        "getmempoolinfo",
        ".maxmempool",
        "the limit is in virtual bytes",
    ),
    (
        "estimatesmartfee [6]",
        ".errors: other alone",
        "estimates look at the pool alone",
    ),
    (
        "estimatesmartfee [6]",
        ".feerate: sandbox alone",
        "estimates look at the pool alone",
    ),
    (
        "getmininginfo",
        ".currentblock",
        "a block is always at hand",
    ),
    (
        "getmempoolentry",
        ".unbroadcast",
        "of packages too: it is told to nobody",
    ),
    ("POST /nosuch", ".kind", "an empty page has no kind"),
    // The kernel says yes or no to a script; the words are found afterwards.
    (
        "testmempoolaccept",
        "script-verify-flag",
        "words of another release",
    ),
    (
        "sendrawtransaction",
        "script-verify-flag",
        "words of another release",
    ),
    (
        "submitpackage",
        "script-verify-flag",
        "words of another release",
    ),
    // Wallets.
    (
        ": \"createwallet",
        "Failed to create database path",
        "it has no folder to name",
    ),
    ("", "Fee estimation failed", "there is always an estimate"),
    (
        "",
        ".parent_descs",
        "from the account's key, which can derive; Core's begins above it",
    ),
    ("", ".fee_reason", "words of another release"),
    ("", ".flags: sandbox alone", "told since 29"),
    (
        "watch",
        ".birthtime: sandbox alone",
        "it has one also without keys",
    ),
    ("", ".keypoolsize", "keys are made when they are needed"),
];

/// Says why two nodes differ here, if that is known.
pub fn why(call: &str, line: &str) -> Option<&'static str> {
    let found = KNOWN
        .iter()
        .find(|(begins, part, _)| call.starts_with(begins) && line.contains(part));
    found.map(|(.., why)| *why)
}
