//! The plugin on a phone that a test holds. Android's side behaves as its reference says; what the plugin makes of
//! that is read off its Kotlin, so that the two cannot part.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use satchel_keychain::{BridgeError, BridgeKeychain, KeystoreBridge};
use satchel_ports::{Keychain, KeychainError, KeychainItem};
use satchel_secrets::{SecretBytes, SecretVec};
use satchel_testkit::{Hand, NoTouch, Phone, SensorState, contract};
use satchel_types::{SlotId, VaultId};

use crate::answer;

/// The errors of `BiometricPrompt`, each with what it means here. Android's reference, `BiometricPrompt`: the constants
/// `BIOMETRIC_ERROR_…`; `BiometricManager` has the last one.
const PROMPT: [(&str, BridgeError); 13] = [
    // The person pressed cancel, or back.
    ("USER_CANCELED", BridgeError::Cancelled),
    // The sensor was not to be had: another app came to the front, the device was locked, another prompt was shown.
    ("CANCELED", BridgeError::Cancelled),
    // It waited for too long.
    ("TIMEOUT", BridgeError::Cancelled),
    // It could not process what it saw.
    ("UNABLE_TO_PROCESS", BridgeError::Cancelled),
    // Five wrong tries, for 30 seconds.
    ("LOCKOUT", BridgeError::DeviceLocked),
    // Too many of those: until the person authenticates by PIN, pattern or password.
    ("LOCKOUT_PERMANENT", BridgeError::DeviceLocked),
    // The hardware does not work now.
    ("HW_UNAVAILABLE", BridgeError::NoBiometry),
    // There is none.
    ("HW_NOT_PRESENT", BridgeError::NoBiometry),
    // Nobody's finger or face is enrolled.
    ("NO_BIOMETRICS", BridgeError::NoBiometry),
    // No PIN, pattern or password is set.
    ("NO_DEVICE_CREDENTIAL", BridgeError::NoBiometry),
    // The device has not enough room for it: says nothing of the key.
    ("NO_SPACE", BridgeError::Broken),
    // A maker's own.
    ("VENDOR", BridgeError::Broken),
    // A hole was found in the sensor, and is not mended yet.
    ("SECURITY_UPDATE_REQUIRED", BridgeError::Broken),
];

/// What a function of the plugin's makes of words, read off its arms, with the words that stand before each arrow.
fn arms(from: &str, prefix: &str) -> BTreeMap<String, BridgeError> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("android/src/main/java/Refusal.kt");
    let text = std::fs::read_to_string(path).expect("the plugin's source");
    let list = text.split("enum class Refusal").nth(1).expect("the list");
    let codes: HashMap<&str, &str> = list
        .lines()
        .take_while(|line| *line != "}")
        .filter_map(|line| line.trim().strip_suffix("\"),")?.split_once("(\""))
        .collect();
    let (_, body) = text.split_once(from).expect("the function");
    let (mut waiting, mut arms) = (Vec::new(), BTreeMap::new());
    for line in body.lines().take_while(|line| *line != "}") {
        let code = line.split("//").next().unwrap_or_default();
        let (before, after) = code.split_once("->").unwrap_or((code, ""));
        let words = before.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        waiting.extend(
            words
                .filter_map(|word| word.strip_prefix(prefix))
                .map(str::to_owned),
        );
        if let Some(name) = after.trim().strip_prefix("Refusal.") {
            let meant = answer::meaning(codes.get(name).copied());
            arms.extend(waiting.drain(..).map(|word| (word, meant)));
        }
    }
    arms
}

/// What the plugin makes of an error of the prompt, which is named without `BIOMETRIC_ERROR_`.
fn of_prompt(name: &str) -> BridgeError {
    let arms = arms("fun meaningOf(promptError: Int)", "BIOMETRIC_ERROR_");
    arms.get(name).copied().unwrap_or(BridgeError::Broken)
}

/// What the plugin makes of an exception.
fn of_exception(name: &str) -> BridgeError {
    let arms = arms("fun meaningAlone(error: Throwable)", "");
    arms.get(name).copied().unwrap_or(BridgeError::Broken)
}

#[test]
fn each_error_that_the_prompt_is_documented_to_give_has_its_meaning() {
    let said = arms("fun meaningOf(promptError: Int)", "BIOMETRIC_ERROR_");
    for (name, meaning) in PROMPT {
        assert_eq!(of_prompt(name), meaning, "{name}");
    }
    for name in said.keys() {
        assert!(PROMPT.iter().any(|(known, _)| known == name), "{name}");
    }
    assert_eq!(of_prompt("OF_LATER_VERSIONS"), BridgeError::Broken);
}

struct Kept {
    secret: Vec<u8>,
    /// The set of fingers that its key is bound to.
    fingers: u32,
}

/// The plugin's steps, in its order (`KeystorePlugin.kt`).
#[derive(Default)]
struct Device {
    phone: Phone,
    /// What was sealed, with its key.
    kept: Mutex<HashMap<String, Kept>>,
}

impl Device {
    fn kept(&self) -> MutexGuard<'_, HashMap<String, Kept>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// `BiometricManager.canAuthenticate(BIOMETRIC_STRONG)` and `KeyguardManager.isDeviceSecure`.
    fn biometry_is_there(&self) -> Result<u32, BridgeError> {
        match self.phone.fingers() {
            Ok(fingers) if self.phone.has_passcode() => Ok(fingers),
            _ => Err(BridgeError::NoBiometry),
        }
    }

    /// `KeyguardManager.isDeviceLocked`.
    fn device_is_unlocked(&self) -> Result<(), BridgeError> {
        match self.phone.is_locked() {
            true => Err(BridgeError::DeviceLocked),
            false => Ok(()),
        }
    }

    /// `BiometricPrompt.authenticate`.
    fn ask(&self) -> Result<(), BridgeError> {
        self.phone.touch().map_err(|why| {
            of_prompt(match why {
                NoTouch::Cancelled => "USER_CANCELED",
                NoTouch::TakenAway => "CANCELED",
                NoTouch::LockedOut => "LOCKOUT",
                NoTouch::LockedOutForGood => "LOCKOUT_PERMANENT",
                NoTouch::NotEnrolled => "NO_BIOMETRICS",
                NoTouch::SensorFails => "HW_UNAVAILABLE",
                NoTouch::NoSensor => "HW_NOT_PRESENT",
            })
        })
    }
}

#[async_trait]
impl KeystoreBridge for Device {
    async fn ready(&self) -> Result<(), BridgeError> {
        self.biometry_is_there().map(|_| ())
    }

    async fn seal(&self, name: &str, secret: &SecretBytes<32>) -> Result<(), BridgeError> {
        let fingers = self.biometry_is_there()?;
        self.device_is_unlocked()?;
        self.kept().remove(name);
        self.ask()?;
        let secret = secret.expose().to_vec();
        self.kept()
            .insert(name.to_owned(), Kept { secret, fingers });
        Ok(())
    }

    async fn open(&self, name: &str) -> Result<SecretVec, BridgeError> {
        let (secret, fingers) = {
            let kept = self.kept();
            let item = kept.get(name).ok_or(BridgeError::Absent)?;
            (SecretVec::from_slice(&item.secret), item.fingers)
        };
        let now = self.biometry_is_there()?;
        self.device_is_unlocked()?;
        // KeyGenParameterSpec.Builder.setInvalidatedByBiometricEnrollment(true): a finger that is enrolled, or none
        // left, and the key is invalidated for good; so it is when the secure lock screen is taken away. Cipher.init
        // says so.
        if fingers != now {
            return Err(of_exception("KeyPermanentlyInvalidatedException"));
        }
        self.ask()?;
        Ok(secret)
    }

    async fn delete(&self, name: &str) -> Result<(), BridgeError> {
        self.kept().remove(name);
        Ok(())
    }
}

const ITEM: KeychainItem = KeychainItem::VaultSlot {
    vault: VaultId::from_bytes([1; 16]),
    slot: SlotId::from_bytes([2; 16]),
};

struct Held {
    device: Arc<Device>,
    keychain: BridgeKeychain<Line>,
}

/// The line to the plugin on it.
struct Line(Arc<Device>);

#[async_trait]
impl KeystoreBridge for Line {
    async fn ready(&self) -> Result<(), BridgeError> {
        self.0.ready().await
    }

    async fn seal(&self, name: &str, secret: &SecretBytes<32>) -> Result<(), BridgeError> {
        self.0.seal(name, secret).await
    }

    async fn open(&self, name: &str) -> Result<SecretVec, BridgeError> {
        self.0.open(name).await
    }

    async fn delete(&self, name: &str) -> Result<(), BridgeError> {
        self.0.delete(name).await
    }
}

fn secret() -> SecretBytes<32> {
    SecretBytes::from_slice(&[7; 32]).expect("32 bytes")
}

impl Held {
    fn new() -> Self {
        let device = Arc::new(Device::default());
        Self {
            keychain: BridgeKeychain::new(Line(Arc::clone(&device))),
            device,
        }
    }

    async fn with_item() -> Self {
        let held = Self::new();
        held.put().await.expect("it is unlocked");
        held
    }

    fn phone(&self) -> &Phone {
        &self.device.phone
    }

    async fn put(&self) -> Result<(), KeychainError> {
        self.keychain.put(ITEM, &secret()).await
    }

    async fn got(&self) -> Result<(), KeychainError> {
        let got = self.keychain.get(ITEM).await;
        got.map(|kept| assert!(kept.ct_eq(&secret())))
    }
}

#[tokio::test]
async fn the_contract_holds() {
    let held = Held::new();
    contract::keychain(&held.keychain, &held.keychain).await;
}

#[tokio::test]
async fn a_locked_phone_says_locked_and_loses_nothing() {
    let held = Held::with_item().await;
    held.phone().lock();
    assert_eq!(held.got().await, Err(KeychainError::Locked));
    assert_eq!(held.put().await, Err(KeychainError::Locked));
    held.phone().unlock();
    assert_eq!(held.got().await, Ok(()));
}

#[tokio::test]
async fn whoever_adds_a_finger_gets_no_way_in_and_it_is_said_for_good() {
    let held = Held::with_item().await;
    held.phone().enrol();
    for _ in 0..2 {
        assert_eq!(held.got().await, Err(KeychainError::Invalidated));
    }
    held.put().await.expect("set up anew");
    assert_eq!(held.got().await, Ok(()));
}

#[tokio::test]
async fn without_fingers_or_a_lock_screen_there_is_no_keychain_and_afterwards_no_valid_key() {
    type Change = fn(&Phone);
    for change in [Phone::unenrol as Change, Phone::remove_passcode] {
        let held = Held::with_item().await;
        change(held.phone());
        assert_eq!(held.got().await, Err(KeychainError::Unavailable));
        assert_eq!(held.keychain.ready().await, Err(KeychainError::Unavailable));
        assert_eq!(held.put().await, Err(KeychainError::Unavailable));
        held.phone().set_passcode();
        held.phone().enrol();
        assert_eq!(held.got().await, Err(KeychainError::Invalidated));
    }
}

#[tokio::test]
async fn a_lockout_for_some_time_ends_with_it_and_one_for_good_with_the_passcode() {
    let held = Held::with_item().await;
    held.phone().next(Hand::Wrong);
    assert_eq!(held.got().await, Err(KeychainError::Locked));
    assert_eq!(held.got().await, Err(KeychainError::Locked));
    held.phone().wait_out();
    assert_eq!(held.got().await, Ok(()));

    held.phone().lock_out_for_good();
    held.phone().wait_out();
    assert_eq!(held.got().await, Err(KeychainError::Locked));
    held.phone().lock();
    held.phone().unlock();
    assert_eq!(held.got().await, Ok(()));
}

#[tokio::test]
async fn a_no_and_a_question_that_was_taken_away_are_one_refusal_each() {
    let held = Held::with_item().await;
    for hand in [Hand::Cancels, Hand::Gone] {
        held.phone().next(hand);
        assert_eq!(held.got().await, Err(KeychainError::Denied));
        assert_eq!(held.got().await, Ok(()));
    }
}

#[tokio::test]
async fn a_no_while_it_is_put_leaves_nothing_half_done() {
    let held = Held::with_item().await;
    held.phone().next(Hand::Cancels);
    assert_eq!(held.put().await, Err(KeychainError::Denied));
    assert_eq!(held.got().await, Err(KeychainError::NotFound));
    held.put().await.expect("it is unlocked");
    assert_eq!(held.got().await, Ok(()));
}

#[tokio::test]
async fn a_sensor_that_fails_or_is_not_there_says_nothing_of_the_key() {
    for sensor in [SensorState::Fails, SensorState::Absent] {
        let held = Held::with_item().await;
        held.phone().set_sensor(sensor);
        assert_eq!(held.got().await, Err(KeychainError::Unavailable));
        held.phone().set_sensor(SensorState::Works);
        assert_eq!(held.got().await, Ok(()));
    }
}

#[tokio::test]
async fn what_was_restored_onto_another_phone_is_not_there() {
    // Context.getNoBackupFilesDir, and keys that never leave the Keystore.
    let held = Held::new();
    assert_eq!(held.got().await, Err(KeychainError::NotFound));
}
