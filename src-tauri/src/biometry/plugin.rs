//! Android, iOS and macOS: Tauri's own plugin. No page is granted any of it.

use async_trait::async_trait;
use satchel_wire::keychain::{Sensor, SensorKind};
use tauri::{AppHandle, Runtime};
use tauri_plugin_biometric::{AuthOptions, BiometricExt, BiometryType, Error};

use super::{Biometry, Brief, Touch, fault, refusal};

/// Characters that Android shows of a description. The figure is the one that Android's reference has for
/// descriptions of its lists (`PromptVerticalListContentView`); for plain ones it has none.
const ANDROID: usize = 225;
/// The same for Touch ID on Apple's systems, which say no figure: two short lines.
const TOUCH_ID: usize = 120;

/// The plugin, which the app has as its state.
pub struct PluginBiometry<R: Runtime>(AppHandle<R>);

impl<R: Runtime> PluginBiometry<R> {
    /// Makes a hand to it. Nothing is asked yet.
    pub fn new(app: AppHandle<R>) -> Self {
        Self(app)
    }
}

#[async_trait]
impl<R: Runtime> Biometry for PluginBiometry<R> {
    async fn sensor(&self) -> Option<Sensor> {
        let app = self.0.clone();
        // The plugin's calls block.
        let status = tauri::async_runtime::spawn_blocking(move || app.biometric().status());
        let status = status.await.ok()?.ok()?;
        let faulty = !status.is_available;
        Some(Sensor {
            kind: match status.biometry_type {
                BiometryType::None => SensorKind::None,
                BiometryType::TouchID => SensorKind::Fingerprint,
                BiometryType::FaceID => SensorKind::Face,
            },
            fault: faulty.then(|| fault(status.error_code.as_deref())),
        })
    }

    fn room(&self, sensor: &Sensor) -> usize {
        match sensor.kind {
            SensorKind::None => 0,
            SensorKind::Fingerprint | SensorKind::Face if cfg!(target_os = "android") => ANDROID,
            SensorKind::Fingerprint => TOUCH_ID,
            // Face ID looks at once, and shows no text.
            SensorKind::Face => 0,
        }
    }

    async fn ask(&self, brief: &Brief) -> Touch {
        let app = self.0.clone();
        let options = AuthOptions {
            allow_device_credential: false,
            cancel_title: Some(brief.refuse.clone()),
            // No button beside the one that says no.
            fallback_title: Some(String::new()),
            title: Some(brief.title.clone()),
            // A face that happens to be there is not yet a yes.
            confirmation_required: Some(true),
            ..AuthOptions::default()
        };
        // Apple's prompts have no title of ours.
        let reason = if cfg!(target_os = "android") {
            brief.body.clone()
        } else {
            format!("{}\n{}", brief.title, brief.body)
        };
        // Blocks until the person answered.
        let asked = tauri::async_runtime::spawn_blocking(move || {
            app.biometric().authenticate(reason, options)
        });
        match asked.await {
            Ok(Ok(())) => Touch::Yes,
            Ok(Err(error)) => refusal(code(&error)),
            Err(_) => Touch::Nothing,
        }
    }
}

#[cfg(mobile)]
fn code(error: &Error) -> Option<&str> {
    use tauri::plugin::mobile::PluginInvokeError;
    match error {
        Error::PluginInvoke(PluginInvokeError::InvokeRejected(refused)) => refused.code.as_deref(),
        _ => None,
    }
}

#[cfg(desktop)]
fn code(error: &Error) -> Option<&str> {
    match error {
        Error::AuthenticationFailed { code, .. } | Error::Unavailable { code, .. } => {
            code.as_deref()
        }
        _ => None,
    }
}
