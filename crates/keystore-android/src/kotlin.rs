//! The Kotlin is compiled by nobody here, so that it is at least read: what must be said in it, and what
//! must not.

use std::path::{Path, PathBuf};

use crate::answer::CODES;

/// Each of these is what one promise of the threat model stands on.
const SAID: &[&str] = &[
    "setUserAuthenticationRequired(true)",
    "setUserAuthenticationParameters(0,KeyProperties.AUTH_BIOMETRIC_STRONG)",
    "setInvalidatedByBiometricEnrollment(true)",
    "setUnlockedDeviceRequired(true)",
    "setIsStrongBoxBacked(true)",
    "setBlockModes(KeyProperties.BLOCK_MODE_GCM)",
    "setKeySize(256)",
    "setAllowedAuthenticators(BiometricManager.Authenticators.BIOMETRIC_STRONG)",
    "setConfirmationRequired(true)",
    "BiometricPrompt.CryptoObject(locked)",
    "then(result.cryptoObject?.cipher?:",
    "context.noBackupFilesDir",
];

/// Weaker ways, and ways out for what is secret.
const UNSAID: &[&str] = &[
    "(false)",
    "AUTH_DEVICE_CREDENTIAL",
    "DEVICE_CREDENTIAL)",
    "BIOMETRIC_WEAK",
    "setDeviceCredentialAllowed",
    "setUserAuthenticationValidityDurationSeconds",
    "setUserAuthenticationValidWhileOnBody",
    "setRandomizedEncryptionRequired",
    "SharedPreferences",
    "Intent",
    "Logger",
    "Log.",
    "android.util.Log",
    "println",
    "trigger(",
    "error.message",
    "printStackTrace",
];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("android/src/main")
}

/// Returns a file's code, without comments and without any space.
fn code(text: &str) -> String {
    let mut code = String::new();
    let mut rest = text;
    while let Some((before, comment)) = rest.split_once("/*") {
        code.push_str(before);
        rest = comment.split_once("*/").map_or("", |(_, after)| after);
    }
    code.push_str(rest);
    let lines = code
        .lines()
        .map(|line| line.split("//").next().unwrap_or_default());
    lines
        .flat_map(str::chars)
        .filter(|c| !c.is_whitespace())
        .collect()
}

/// The one file that speaks to other programs, on purpose, and knows nothing of keys.
const DOORWAY: &str = "DocumentsPlugin.kt";

/// What would bring it together with them.
const NOT_IN_THE_DOORWAY: &[&str] = &[
    "Keys",
    "SealedFiles",
    "Cipher",
    "javax.crypto",
    "java.security",
    "noBackupFilesDir",
    "secret",
    "java.io",
];

fn kotlin() -> String {
    of_files(|_| true)
}

/// Returns the code of files with such names.
fn of_files(wanted: impl Fn(&str) -> bool) -> String {
    let files = std::fs::read_dir(folder().join("java")).expect("the plugin's sources");
    let mut paths: Vec<PathBuf> = files.map(|file| file.expect("readable").path()).collect();
    paths.retain(|path| {
        path.file_name()
            .and_then(|name| name.to_str())
            .is_some_and(&wanted)
    });
    paths.sort();
    let texts = paths
        .iter()
        .map(|path| std::fs::read_to_string(path).expect("text"));
    let code: String = texts.map(|text| code(&text)).collect();
    assert!(!code.is_empty());
    code
}

#[test]
fn a_comment_is_no_code() {
    let text = "a(\n  1 // b\n)/* c\n * d */.e() // f(true)";
    assert_eq!(code(text), "a(1).e()");
}

#[test]
fn a_key_is_made_for_one_touch_by_strong_biometry_on_an_unlocked_device() {
    let kotlin = kotlin();
    for said in SAID {
        assert!(kotlin.contains(said), "the Kotlin does not say {said}");
    }
}

#[test]
fn the_kotlin_takes_no_weaker_way_and_tells_nobody() {
    let kotlin = kotlin();
    let behind_it = of_files(|name| name != DOORWAY);
    let doorway = of_files(|name| name == DOORWAY);
    for unsaid in UNSAID {
        assert!(!behind_it.contains(unsaid), "the Kotlin says {unsaid}");
        let is_its_work = *unsaid == "Intent";
        let says = doorway.contains(unsaid);
        assert_eq!(says, is_its_work, "{DOORWAY} and {unsaid}");
    }
    for apart in NOT_IN_THE_DOORWAY {
        assert!(!doorway.contains(apart), "{DOORWAY} says {apart}");
    }
    // One place where a key is described, and one where a person is asked.
    for once in [
        "KeyGenParameterSpec.Builder(alias",
        ".authenticate(",
        "doFinal(secret)",
        "doFinal(sealed.text)",
    ] {
        assert_eq!(kotlin.matches(once).count(), 1, "{once}");
    }
}

#[test]
fn no_window_of_the_phone_gets_into_pictures() {
    let kotlin = kotlin();
    for said in [
        "init{Unseen.from(activity)}",
        "registerActivityLifecycleCallbacks(this)",
        "onActivityCreated(activity:Activity,state:Bundle?)=hide(activity)",
        "addFlags(WindowManager.LayoutParams.FLAG_SECURE)",
    ] {
        assert!(kotlin.contains(said), "the Kotlin does not say {said}");
    }
    assert!(!kotlin.contains("clearFlags"));
}

#[test]
fn a_question_that_nobody_waits_for_leaves_the_screen() {
    let kotlin = kotlin();
    for said in [
        // Shown with what takes it back, unless it was taken back before.
        "question.signal,worker,heard,)",
        "if(question.signal.isCanceled)throwRefused(Refusal.CANCELLED)",
        // By the activity that goes, and by Rust.
        "onActivityStopped(activity:Activity)=takeAllBack(activity)",
        "onActivityDestroyed(activity:Activity){takeAllBack(activity)",
        "funtakeBack(number:Long)=activity.runOnUiThread{waiting[number]?.cancel()}",
        "questions.takeBack(invoke.parseArgs(ToTakeBack::class.java).question)",
    ] {
        assert!(kotlin.contains(said), "the Kotlin does not say {said}");
    }
    // None is made and thrown away.
    assert_eq!(kotlin.matches("CancellationSignal()").count(), 1);
    // And none is kept after its answer.
    assert_eq!(kotlin.matches("end()invoke.").count(), 3);
}

#[test]
fn what_was_secret_is_wiped_on_both_ways() {
    assert_eq!(kotlin().matches("}finally{secret.fill(0)}").count(), 2);
}

/// Returns what is said between two pieces of the Kotlin.
fn between(kotlin: &str, from: &str, to: &str) -> String {
    let (_, after) = kotlin.split_once(from).expect("the beginning");
    let (inside, _) = after.split_once(to).expect("the end");
    inside.to_owned()
}

#[test]
fn a_door_ends_by_the_keystore_s_own_word_alone() {
    let kotlin = kotlin();
    let alone = between(&kotlin, "funmeaningAlone(", "funmeaningOfCode(");
    let codes = between(&kotlin, "when(error.numericErrorCode){", "else->null");
    let ended = |text: &str| -> Vec<String> {
        let arms = text.split("Refusal.");
        let (before, meant): (Vec<_>, Vec<_>) = (arms.clone().collect(), arms.skip(1).collect());
        before
            .iter()
            .zip(meant)
            .filter(|(_, meant)| meant.starts_with("KEY_INVALIDATED"))
            .map(|(arm, _)| (*arm).to_owned())
            .collect()
    };
    let ends = |text: &str, by: &[&str]| {
        let arms = ended(text);
        assert_eq!(arms.len(), by.len(), "{arms:?}");
        for (arm, by) in arms.iter().zip(by) {
            assert!(arm.ends_with(by), "{arm}");
        }
    };
    ends(
        &alone,
        &[
            "isKeyPermanentlyInvalidatedException->",
            "isAEADBadTagException->",
        ],
    );
    ends(
        &codes,
        &["KeyStoreException.ERROR_KEY_DOES_NOT_EXIST,KeyStoreException.ERROR_KEY_CORRUPTED->"],
    );
    // What wraps whatever failed, a busy service as well as a lost key, means nothing by itself.
    for wraps in [
        "UnrecoverableKeyException",
        "isInvalidKeyException",
        "IllegalBlockSizeException",
        "ProviderException",
    ] {
        assert!(!kotlin.contains(wraps), "the Kotlin judges by {wraps}");
    }
    assert!(kotlin.contains("generateSequence(error){it.cause}"));
}

#[test]
fn both_sides_have_the_same_codes() {
    let kotlin = kotlin();
    let (_, list) = kotlin
        .split_once("enumclassRefusal(valcode:String){")
        .expect("the list");
    let (list, _) = list.split_once('}').expect("its end");
    let codes: Vec<&str> = list.split('"').skip(1).step_by(2).collect();
    assert_eq!(codes, CODES.map(|(code, _)| code));
}

/// Returns every class of the platform that the Kotlin of a folder imports.
fn imports(folder: &Path, found: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("readable").path();
        if path.is_dir() {
            imports(&path, found);
        } else if let Ok(text) = std::fs::read_to_string(&path) {
            let lines = text.lines().filter_map(|line| line.strip_prefix("import "));
            let platform = ["android.", "androidx.", "java.", "javax."];
            let of_it = lines.filter(|name| platform.iter().any(|start| name.starts_with(start)));
            found.extend(of_it.map(str::to_owned));
        }
    }
}

#[test]
fn each_class_of_the_platform_has_a_page_in_the_record_of_the_review() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let record = std::fs::read_to_string(root.join("docs/reviews/keystore-android.md"));
    let record = record.expect("the record");
    let mut found = Vec::new();
    imports(&folder().join("java"), &mut found);
    imports(&root.join("gen/android/app/src/main/java"), &mut found);
    assert!(found.len() > 30, "{found:?}");
    for class in found {
        let page = format!(
            "https://developer.android.com/reference/{}",
            class.replace('.', "/")
        );
        let cited = record.match_indices(&page).any(|(at, _)| {
            let next = record[at + page.len()..].chars().next();
            next.is_none_or(|c| !c.is_alphanumeric() && c != '/')
        });
        assert!(cited, "{class} has no row: {page}");
    }
}

#[test]
fn no_page_can_be_granted_the_keystore() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let build = std::fs::read_to_string(here.join("build.rs")).expect("text");
    assert!(build.contains("Builder::new(&[])"), "a command was named");
    let mut folders = vec![here.join("permissions")];
    while let Some(folder) = folders.pop() {
        // The build makes the folder and leaves it empty.
        for file in std::fs::read_dir(folder).into_iter().flatten() {
            let path = file.expect("readable").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                panic!("{} is a permission", path.display());
            }
        }
    }
    let capabilities = here.join("../../capabilities");
    for file in std::fs::read_dir(capabilities).expect("the capabilities") {
        let text = std::fs::read_to_string(file.expect("readable").path()).expect("text");
        assert!(!text.contains("keystore"));
    }
}

#[test]
fn the_manifest_asks_for_biometry_and_nothing_more() {
    let manifest = std::fs::read_to_string(folder().join("AndroidManifest.xml")).expect("text");
    let asked: Vec<&str> = manifest
        .match_indices("<uses-permission")
        .map(|(_, tag)| tag)
        .collect();
    assert_eq!(asked.len(), 1);
    assert!(manifest.contains("android.permission.USE_BIOMETRIC"));
    assert!(!manifest.contains("<activity") && !manifest.contains("<provider"));
}
