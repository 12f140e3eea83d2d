//! Calls the plugin.

use async_trait::async_trait;
use satchel_keychain::{BridgeError, KeystoreBridge};
use satchel_secrets::{SecretBytes, SecretText, SecretVec};
use serde::{Deserialize, Serialize};
use tauri::plugin::mobile::PluginInvokeError;
use tauri::plugin::{Builder, PluginHandle, TauriPlugin};
use tauri::{Manager, Runtime};

use crate::answer;

/// The Kotlin's package and class.
const PACKAGE: &str = "org.satchel.keystore";
const CLASS: &str = "KeystorePlugin";
/// The class that asks for the local network.
const LOCAL_NETWORK: &str = "LocalNetworkPlugin";

/// The Keystore, as the app's state has it once the plugin was found.
pub struct Keystore<R: Runtime>(PluginHandle<R>);

impl<R: Runtime> Clone for Keystore<R> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

/// Makes the plugin. An app without its Kotlin starts all the same, and has no keychain.
pub fn init<R: Runtime>() -> TauriPlugin<R> {
    Builder::new("satchel-keystore")
        .setup(|app, api| {
            match api.register_android_plugin(PACKAGE, CLASS) {
                Ok(handle) => {
                    app.manage(Keystore(handle));
                }
                Err(error) => tracing::error!(%error, "the Keystore's plugin is not there"),
            }
            Ok(())
        })
        .build()
}

/// The system's question for the local network, as the app's state has it once the plugin was found.
pub struct LocalNetwork<R: Runtime>(PluginHandle<R>);

impl<R: Runtime> LocalNetwork<R> {
    /// Returns whether this program may go into the local network, after asking a person where the system asks.
    pub async fn is_granted(&self) -> bool {
        let asked = self.0.run_mobile_plugin_async::<()>("ask", ());
        asked.await.is_ok()
    }
}

/// Makes the plugin that asks for the local network. A page cannot ask: it has no permission to grant.
pub fn local_network<R: Runtime>() -> TauriPlugin<R> {
    Builder::new("satchel-local-network")
        .setup(|app, api| {
            match api.register_android_plugin(PACKAGE, LOCAL_NETWORK) {
                Ok(handle) => {
                    app.manage(LocalNetwork(handle));
                }
                Err(error) => tracing::error!(%error, "the local network cannot be asked for"),
            }
            Ok(())
        })
        .build()
}

#[derive(Serialize)]
struct Named<'a> {
    name: &'a str,
}

#[derive(Serialize)]
struct ToSeal<'a> {
    name: &'a str,
    /// Base64.
    secret: &'a str,
}

#[derive(Deserialize)]
struct Opened {
    /// Base64.
    secret: String,
}

fn meaning(error: PluginInvokeError) -> BridgeError {
    match error {
        PluginInvokeError::InvokeRejected(refusal) => answer::meaning(refusal.code.as_deref()),
        _ => BridgeError::Broken,
    }
}

#[async_trait]
impl<R: Runtime> KeystoreBridge for Keystore<R> {
    async fn ready(&self) -> Result<(), BridgeError> {
        let asked = self.0.run_mobile_plugin_async::<()>("ready", ());
        asked.await.map_err(meaning)
    }

    async fn seal(&self, name: &str, secret: &SecretBytes<32>) -> Result<(), BridgeError> {
        let text = answer::written(secret.expose());
        let secret = text.expose();
        let asked = self
            .0
            .run_mobile_plugin_async::<()>("seal", ToSeal { name, secret });
        asked.await.map_err(meaning)
    }

    async fn open(&self, name: &str) -> Result<SecretVec, BridgeError> {
        let asked = self
            .0
            .run_mobile_plugin_async::<Opened>("open", Named { name });
        let opened = asked.await.map_err(meaning)?;
        answer::read(&SecretText::new(opened.secret))
    }

    async fn delete(&self, name: &str) -> Result<(), BridgeError> {
        let asked = self
            .0
            .run_mobile_plugin_async::<()>("delete", Named { name });
        asked.await.map_err(meaning)
    }
}
