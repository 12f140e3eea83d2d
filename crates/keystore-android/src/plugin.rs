//! Calls the plugin.

use async_trait::async_trait;
use satchel_keychain::{BridgeError, KeystoreBridge};
use satchel_secrets::{SecretBytes, SecretText, SecretVec};
use serde::{Deserialize, Serialize};
use tauri::plugin::mobile::PluginInvokeError;
use tauri::plugin::{Builder, PluginHandle, TauriPlugin};
use tauri::{Manager, Runtime};

use crate::answer;
use crate::question::Question;

/// The Kotlin's package and class.
const PACKAGE: &str = "org.satchel.keystore";
const CLASS: &str = "KeystorePlugin";
/// The class that asks for the local network.
const LOCAL_NETWORK: &str = "LocalNetworkPlugin";
/// The class that hands things to other programs, and removes what was made with them.
const DOCUMENTS: &str = "DocumentsPlugin";

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

/// Documents of other programs, and what is handed to them, as the app's state has it once the plugin was found.
pub struct Documents<R: Runtime>(PluginHandle<R>);

#[derive(Serialize)]
struct Addressed<'a> {
    address: &'a str,
}

#[derive(Default, Serialize)]
struct ToHand<'a> {
    text: Option<&'a str>,
    file: Option<&'a str>,
}

impl<R: Runtime> Documents<R> {
    /// Removes a document, as far as the program that keeps it lets others do that. Blocks.
    pub fn remove(&self, address: &str) {
        let asked = self
            .0
            .run_mobile_plugin::<()>("remove", Addressed { address });
        if asked.is_err() {
            tracing::warn!("a file that was not written stays where it was made");
        }
    }

    /// Shows the sheet for a text, and returns whether it was shown. Blocks.
    pub fn hand_text(&self, text: &str) -> bool {
        self.hand(ToHand {
            text: Some(text),
            ..ToHand::default()
        })
    }

    /// The same for a file, by its path below the folder that is shared.
    pub fn hand_file(&self, path: &str) -> bool {
        self.hand(ToHand {
            file: Some(path),
            ..ToHand::default()
        })
    }

    fn hand(&self, what: ToHand<'_>) -> bool {
        self.0.run_mobile_plugin::<()>("hand", what).is_ok()
    }
}

/// Makes the plugin for documents. A page cannot call it: it has no permission to grant.
pub fn documents<R: Runtime>() -> TauriPlugin<R> {
    Builder::new("satchel-documents")
        .setup(|app, api| {
            match api.register_android_plugin(PACKAGE, DOCUMENTS) {
                Ok(handle) => {
                    app.manage(Documents(handle));
                }
                Err(error) => tracing::error!(%error, "nothing can be handed to other programs"),
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
    question: u64,
    /// Base64.
    secret: &'a str,
}

#[derive(Serialize)]
struct ToOpen<'a> {
    name: &'a str,
    question: u64,
}

#[derive(Serialize)]
struct ToTakeBack {
    question: u64,
}

impl<R: Runtime> Keystore<R> {
    /// Begins a question to a person. Whoever stops waiting for its answer takes it off the screen.
    fn question(&self) -> Question<impl FnOnce(u64)> {
        let plugin = self.0.clone();
        Question::new(move |question| {
            // Nobody is left to wait for this.
            tauri::async_runtime::spawn(async move {
                let asked =
                    plugin.run_mobile_plugin_async::<()>("takeBack", ToTakeBack { question });
                if asked.await.is_err() {
                    tracing::warn!("a question stays on the screen");
                }
            });
        })
    }
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
        let asking = self.question();
        let to_seal = ToSeal {
            name,
            question: asking.number(),
            secret: text.expose(),
        };
        let sealed = self.0.run_mobile_plugin_async::<()>("seal", to_seal).await;
        asking.answered();
        sealed.map_err(meaning)
    }

    async fn open(&self, name: &str) -> Result<SecretVec, BridgeError> {
        let asking = self.question();
        let to_open = ToOpen {
            name,
            question: asking.number(),
        };
        let opened = self
            .0
            .run_mobile_plugin_async::<Opened>("open", to_open)
            .await;
        asking.answered();
        answer::read(&SecretText::new(opened.map_err(meaning)?.secret))
    }

    async fn delete(&self, name: &str) -> Result<(), BridgeError> {
        let asked = self
            .0
            .run_mobile_plugin_async::<()>("delete", Named { name });
        asked.await.map_err(meaning)
    }
}
