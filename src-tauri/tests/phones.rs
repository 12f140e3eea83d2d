//! The projects for phones say what they need and nothing else. Nobody can build them here, so they are read.

#[path = "phones/brought.rs"]
mod brought;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use plist::{Dictionary, Value};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn text(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn json(path: &str) -> serde_json::Value {
    serde_json::from_str(&text(path)).expect("JSON")
}

/// A tag, with those it stands in.
struct Tag {
    /// `manifest/application/activity`.
    path: String,
    attributes: BTreeMap<String, String>,
}

impl Tag {
    fn get(&self, name: &str) -> Option<&str> {
        self.attributes.get(name).map(String::as_str)
    }
}

fn tags(file: &str) -> Vec<Tag> {
    tags_in(&text(file))
}

fn tags_in(text: &str) -> Vec<Tag> {
    let mut reader = Reader::from_str(text);
    let mut open: Vec<String> = Vec::new();
    let mut tags = Vec::new();
    let tag = |open: &[String], start: &BytesStart<'_>| Tag {
        path: open.join("/"),
        attributes: start
            .attributes()
            .map(|attribute| {
                let attribute = attribute.expect("an attribute");
                let name = attribute.key.as_ref().to_owned();
                let value = attribute.value.into_owned();
                (name, value)
            })
            .collect(),
    };
    loop {
        let event = reader.read_event().expect("well-formed");
        match &event {
            Event::Start(start) | Event::Empty(start) => {
                open.push(start.name().as_ref().to_owned());
                tags.push(tag(&open, start));
                if matches!(event, Event::Empty(_)) {
                    open.pop();
                }
            }
            Event::End(_) => {
                open.pop();
            }
            Event::Eof => return tags,
            _ => {}
        }
    }
}

const MANIFEST: &str = "gen/android/app/src/main/AndroidManifest.xml";

fn one<'a>(tags: &'a [Tag], path: &str) -> &'a Tag {
    let mut found = tags.iter().filter(|tag| tag.path == path);
    let one = found.next().unwrap_or_else(|| panic!("no {path}"));
    assert!(found.next().is_none(), "one {path}");
    one
}

fn names(tags: &[Tag], path: &str, attribute: &str) -> BTreeSet<String> {
    tags.iter()
        .filter(|tag| tag.path == path)
        .map(|tag| tag.get(attribute).unwrap_or_default().to_owned())
        .collect()
}

fn set(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

/// What the program may do is written down here a second time, so that one more is somebody's decision.
#[test]
fn android_may_do_what_it_needs_and_nothing_else() {
    let (removed, kept): (Vec<_>, Vec<_>) = tags(MANIFEST)
        .into_iter()
        .partition(|tag| tag.get("tools:node") == Some("remove"));
    assert_eq!(
        names(&kept, "manifest/uses-permission", "android:name"),
        set(&[
            "android.permission.INTERNET",
            "android.permission.CAMERA",
            "android.permission.ACCESS_LOCAL_NETWORK",
            "android.permission.VIBRATE",
            "android.permission.HIDE_OVERLAY_WINDOWS",
        ])
    );
    // Without a camera it can be installed too, whatever else is merged into it.
    let cameras: Vec<&Tag> = kept
        .iter()
        .filter(|tag| tag.path == "manifest/uses-feature")
        .collect();
    assert_eq!(
        names(&kept, "manifest/uses-feature", "android:name"),
        set(&[
            "android.hardware.camera.any",
            "android.hardware.camera",
            "android.hardware.camera.autofocus",
        ])
    );
    for camera in cameras {
        assert_eq!(camera.get("android:required"), Some("false"));
        assert_eq!(camera.get("tools:replace"), Some("android:required"));
    }
    // No door besides the one activity, and no service or receiver.
    for part in ["service", "receiver", "activity-alias"] {
        let path = format!("manifest/application/{part}");
        assert!(!kept.iter().any(|tag| tag.path == path), "a {part}");
    }
    // What would report to the maker of the scanner's library.
    let reports = "com.google.android.datatransport.runtime";
    let jobs = format!("{reports}.scheduling.jobscheduling");
    let named: BTreeSet<&str> = removed
        .iter()
        .filter_map(|tag| tag.get("android:name"))
        .collect();
    assert_eq!(
        named,
        BTreeSet::from([
            "android.permission.ACCESS_NETWORK_STATE",
            &format!("{reports}.backends.TransportBackendDiscovery"),
            &format!("{jobs}.JobInfoSchedulerService"),
            &format!("{jobs}.AlarmManagerSchedulerBroadcastReceiver"),
        ])
    );
}

/// A file that is handed over is served out of one folder, to whom its owner chose.
#[test]
fn android_serves_what_is_handed_over_and_nothing_else() {
    let manifest = tags(MANIFEST);
    let server = one(&manifest, "manifest/application/provider");
    assert_eq!(server.get("android:exported"), Some("false"));
    assert_eq!(server.get("android:grantUriPermissions"), Some("true"));
    assert_eq!(
        server.get("android:name"),
        Some("androidx.core.content.FileProvider")
    );
    assert_eq!(
        server.get("android:authorities"),
        Some("${applicationId}.shared")
    );
    let paths = tags("gen/android/app/src/main/res/xml/shared_files.xml");
    assert_eq!(paths.len(), 2, "one folder in the list");
    let folder = one(&paths, "paths/cache-path");
    assert_eq!(folder.get("name"), Some("shared"));
    assert_eq!(folder.get("path"), Some("shared/"));
    // As those who hand over write it.
    let kotlin = text("crates/keystore-android/android/src/main/java/DocumentsPlugin.kt");
    assert!(kotlin.contains("const val SERVER = \".shared\"\n"));
    assert!(kotlin.contains("const val FOLDER = \"shared\"\n"));
    assert!(!kotlin.contains("GRANT_WRITE"));
    let rust = text("src-tauri/src/dialogs/phone.rs");
    assert!(rust.contains("const FOLDER: &str = \"shared\";\n"));
}

/// One of them is asked for while it runs, and by nobody but Rust.
#[test]
fn android_asks_for_the_local_network_where_it_has_to_be_asked_for() {
    let plugin = text("crates/keystore-android/android/src/main/java/LocalNetworkPlugin.kt");
    let asked = "strings = [\"android.permission.ACCESS_LOCAL_NETWORK\"]";
    assert!(plugin.contains(asked), "as the manifest names it");
    assert!(
        plugin.contains("private const val FIRST = 37\n"),
        "Android 17"
    );
}

#[test]
fn android_copies_nothing_of_a_wallet_elsewhere() {
    let tags = tags(MANIFEST);
    let application = one(&tags, "manifest/application");
    assert_eq!(application.get("android:allowBackup"), Some("false"));
    assert_eq!(application.get("android:fullBackupContent"), Some("false"));
    assert_eq!(
        application.get("android:dataExtractionRules"),
        Some("@xml/no_backup")
    );
    assert_eq!(application.get("android:debuggable"), None);
    let rules = self::tags("gen/android/app/src/main/res/xml/no_backup.xml");
    for way in ["cloud-backup", "device-transfer"] {
        let path = format!("data-extraction-rules/{way}/exclude");
        assert_eq!(
            names(&rules, &path, "domain"),
            set(&[
                "root",
                "file",
                "database",
                "sharedpref",
                "external",
                "device_root",
                "device_file",
                "device_database",
                "device_sharedpref",
            ]),
            "{way}"
        );
        let includes = format!("data-extraction-rules/{way}/include");
        assert!(!rules.iter().any(|tag| tag.path == includes));
    }
    for rule in rules.iter().filter(|tag| tag.path.ends_with("exclude")) {
        assert_eq!(rule.get("path"), Some("."));
    }
}

#[test]
fn iphones_keep_the_wallet_out_of_the_system_s_backups() {
    let backup = text("crates/system/src/phone/backup.rs");
    for words in [
        "NSNumber::new_bool(true)",
        "(Some(&yes), NSURLIsExcludedFromBackupKey)",
    ] {
        assert!(backup.contains(words), "no {words}");
    }
    // At each start, for the whole folder, before anything is in it.
    let start = text("src-tauri/src/compose.rs");
    let at = |words: &str| start.find(words).unwrap_or_else(|| panic!("no {words}"));
    let marked = at(
        "#[cfg(target_os = \"ios\")]\n    if let Err(error) = satchel_system::phone::keep_out_of_backups(home)",
    );
    assert!(at("pub fn take_home(") < marked && at("create_home(home)?;") < marked);
    assert!(marked < at("HomeLock::acquire(home"));
}

#[test]
fn android_opens_payment_links_and_no_others() {
    let tags = tags(MANIFEST);
    let activity = one(&tags, "manifest/application/activity");
    assert_eq!(activity.get("android:launchMode"), Some("singleTask"));
    assert_eq!(activity.get("android:taskAffinity"), Some(""));
    let filter = "manifest/application/activity/intent-filter";
    assert_eq!(
        names(&tags, &format!("{filter}/data"), "android:scheme"),
        set(&["bitcoin"])
    );
    assert_eq!(
        names(&tags, &format!("{filter}/category"), "android:name"),
        set(&[
            "android.intent.category.LAUNCHER",
            "android.intent.category.DEFAULT",
            "android.intent.category.BROWSABLE",
        ])
    );
}

/// Android ends and begins an activity anew at each change that it does not say it takes, a plugged keyboard among them.
#[test]
fn android_stays_the_same_whatever_changes_around_it() {
    let tags = tags(MANIFEST);
    let activity = one(&tags, "manifest/application/activity");
    let changes: BTreeSet<&str> = activity
        .get("android:configChanges")
        .expect("there")
        .split('|')
        .collect();
    assert_eq!(
        changes,
        BTreeSet::from([
            "colorMode",
            "density",
            "fontScale",
            "fontWeightAdjustment",
            "grammaticalGender",
            "keyboard",
            "keyboardHidden",
            "layoutDirection",
            "locale",
            "mcc",
            "mnc",
            "navigation",
            "orientation",
            "screenLayout",
            "screenSize",
            "smallestScreenSize",
            "touchscreen",
            "uiMode",
        ])
    );
    // Split screens and large ones, and languages that are written from the right.
    assert_eq!(activity.get("android:resizeableActivity"), Some("true"));
    assert_eq!(activity.get("android:screenOrientation"), None);
    let application = one(&tags, "manifest/application");
    assert_eq!(application.get("android:supportsRtl"), Some("true"));
}

/// Since the activity stays, somebody has to tell its web views.
#[test]
fn android_s_text_follows_its_owner_while_the_program_runs() {
    let activity = text("gen/android/app/src/main/java/org/satchel/wallet/MainActivity.kt");
    let told = activity
        .split("override fun onConfigurationChanged")
        .nth(1)
        .expect("it is told");
    for words in [
        "super.onConfigurationChanged(newConfig)",
        "zoomText(window.decorView, (newConfig.fontScale * 100).roundToInt())",
        "settings.textZoom = percent",
    ] {
        assert!(told.contains(words), "no {words}");
    }
}

#[test]
fn android_hides_what_it_shows() {
    let activity = text("gen/android/app/src/main/java/org/satchel/wallet/MainActivity.kt");
    let at = |words: &str| {
        activity
            .find(words)
            .unwrap_or_else(|| panic!("no {words} in MainActivity"))
    };
    // Set before Tauri makes the first web view.
    assert!(at("LayoutParams.FLAG_SECURE") < at("super.onCreate"));
    at("setHideOverlayWindows(true)");
    at("filterTouchesWhenObscured = true");
}

/// iOS takes its picture after it told that the program stops being active, and has no word by which a window stays out of it.
#[test]
fn iphones_cover_what_they_show_before_the_system_takes_its_picture() {
    let cover = text("crates/system/src/phone/cover.rs");
    for words in [
        "(UIApplicationWillResignActiveNotification, &leaving)",
        "(UIApplicationDidBecomeActiveNotification, &back)",
        // Called at once, where it is told: a queue would come after the picture.
        "(Some(name), None, None, block)",
        ".connectedScenes()",
        "window.addSubview(&cover)",
    ] {
        assert!(cover.contains(words), "no {words}");
    }
    let start = text("src-tauri/src/phone.rs");
    let at = |words: &str| start.find(words).unwrap_or_else(|| panic!("no {words}"));
    assert!(at("phone::cover_when_away();") < at("run(options)"));
}

#[test]
fn android_begins_at_the_version_that_the_keystore_needs() {
    let configured = &json("tauri.android.conf.json")["bundle"]["android"]["minSdkVersion"];
    assert_eq!(configured.as_u64(), Some(30));
    let gradle = text("gen/android/app/build.gradle.kts");
    assert!(
        gradle.contains("minSdk = 30\n"),
        "as in tauri.android.conf.json"
    );
    let release = gradle
        .split("getByName(\"release\")")
        .nth(1)
        .expect("there");
    assert!(!release.contains("usesCleartextTraffic\"] = \"true\""));
    assert!(gradle.contains("manifestPlaceholders[\"usesCleartextTraffic\"] = \"false\""));
}

fn plist(path: &str) -> Dictionary {
    let path = root().join(path);
    let value = Value::from_file(&path).unwrap_or_else(|error| panic!("{path:?}: {error}"));
    value.into_dictionary().expect("a dictionary")
}

/// The file that a configuration names, so that a file which nothing uses fails.
fn named(configuration: &str, group: &str, key: &str) -> String {
    let value = json(configuration)["bundle"][group][key].clone();
    let path = PathBuf::from(value.as_str().unwrap_or_else(|| panic!("{group}.{key}")));
    path.to_str().expect("text").to_owned()
}

fn keys(dictionary: &Dictionary) -> BTreeSet<String> {
    dictionary.keys().cloned().collect()
}

#[test]
fn apple_is_told_what_for_in_words() {
    let phone = plist(&named("tauri.ios.conf.json", "iOS", "infoPlist"));
    assert_eq!(
        keys(&phone),
        set(&[
            "CFBundleURLTypes",
            "ITSAppUsesNonExemptEncryption",
            "LSSupportsOpeningDocumentsInPlace",
            "NSCameraUsageDescription",
            "NSFaceIDUsageDescription",
            "NSLocalNetworkUsageDescription",
            "UIFileSharingEnabled",
            "UIRequiresFullScreen",
        ])
    );
    let desk = plist(&named("tauri.macos.conf.json", "macOS", "infoPlist"));
    assert_eq!(
        keys(&desk),
        set(&[
            "CFBundleURLTypes",
            "ITSAppUsesNonExemptEncryption",
            "NSCameraUsageDescription",
            "NSLocalNetworkUsageDescription",
        ])
    );
    for (name, value) in phone.iter().chain(&desk) {
        if name.ends_with("UsageDescription") {
            let text = value.as_string().expect("text");
            assert!(
                text.ends_with('.') && text.len() > 40,
                "{name} says what for"
            );
        }
    }
    // Whatever uses it: adding a device, the chain, the console, and where devices meet.
    for file in [&phone, &desk] {
        let network = file["NSLocalNetworkUsageDescription"].as_string();
        let network = network.expect("text");
        for what in ["devices", "server", "node", "place for sharing"] {
            assert!(network.contains(what), "{what}: {network}");
        }
    }
    for file in [&phone, &desk] {
        let types = file["CFBundleURLTypes"].as_array().expect("a list");
        assert_eq!(types.len(), 1);
        let kind = types[0].as_dictionary().expect("a dictionary");
        let schemes = kind["CFBundleURLSchemes"].as_array().expect("a list");
        assert_eq!(schemes, &vec![Value::String("bitcoin".to_owned())]);
    }
    // Nobody reaches the files of a wallet through a cable or the program for files.
    for key in ["UIFileSharingEnabled", "LSSupportsOpeningDocumentsInPlace"] {
        assert_eq!(phone[key].as_boolean(), Some(false), "{key}");
    }
}

#[test]
fn apple_grants_what_is_needed_and_weakens_nothing() {
    let desk = plist(&named("tauri.macos.conf.json", "macOS", "entitlements"));
    assert_eq!(keys(&desk), set(&["com.apple.security.device.camera"]));
    let signed = plist("src-tauri/apple/macos-signed.entitlements");
    assert_eq!(
        keys(&signed),
        set(&[
            "com.apple.application-identifier",
            "com.apple.developer.team-identifier",
            "com.apple.security.device.camera",
            "keychain-access-groups",
        ])
    );
    let phone = plist("src-tauri/apple/ios.entitlements");
    assert_eq!(
        keys(&phone),
        set(&[
            "com.apple.developer.default-data-protection",
            "keychain-access-groups",
        ])
    );
    assert_eq!(
        phone["com.apple.developer.default-data-protection"].as_string(),
        Some("NSFileProtectionComplete")
    );
    // The runtime stays hardened: not turned off in any configuration.
    for configuration in ["tauri.conf.json", "tauri.macos.conf.json"] {
        let hardened = &json(configuration)["bundle"]["macOS"]["hardenedRuntime"];
        assert_ne!(hardened.as_bool(), Some(false), "{configuration}");
    }
}

#[test]
fn apple_begins_at_versions_that_have_what_is_used() {
    let phone = json("tauri.ios.conf.json");
    assert_eq!(phone["bundle"]["iOS"]["minimumSystemVersion"], "16.0");
    let desk = json("tauri.conf.json");
    assert_eq!(desk["bundle"]["macOS"]["minimumSystemVersion"], "14.0");
}
