//! The shell without an event loop: the real configuration, capability files, commands and store,
//! a made-up chain and person, and pages that call through the real IPC.
#![allow(dead_code)] // Each test target uses a part.

#[path = "eyes.rs"]
pub mod eyes;
#[path = "grants.rs"]
pub mod grants;
#[path = "keeper.rs"]
pub mod keeper;
#[path = "nas.rs"]
mod nas;

use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bitcoin::Network;
use satchel_app::{App as Wallet, Config, Ports};
use satchel_console::Console;
use satchel_lan::TcpLan;
use satchel_ports::Answer;
use satchel_roads::Roads;
use satchel_secrets::channel::{Channel, End, Half, NONCE_LEN};
use satchel_shell::biometry::{Biometry, Brief, Touch};
use satchel_shell::console::{ConsoleDesk, ConsoleScreen, SharedConsole};
use satchel_shell::dialogs::{Chosen, FileKind, FilePicker, Handed, LentFiles};
use satchel_shell::foreground::Moment;
use satchel_shell::idle::Idle;
use satchel_shell::sealed::{Desk, Screen, SealedAuthorize, View};
use satchel_shell::shell::{Shared, Shell};
use satchel_shell::windows::WindowError;
use satchel_store::{DiskFiles, FileAttempts, FileVault, SqlDatabase};
use satchel_testkit::{
    AskedLan, FakeChain, FakeConnector, FakeKeychain, ManualClock, Platform, ScriptedConfirm,
    SeededEntropy,
};
use satchel_types::{Backend, BackendKind};
use satchel_wire::keychain::Sensor;
use satchel_wire::session::Theme;
use serde_json::{Value, json};
use tauri::ipc::{CallbackFn, InvokeBody, InvokeResponseBody};
use tauri::test::{INVOKE_KEY, MockRuntime, get_ipc_response, mock_builder};
use tauri::webview::InvokeRequest;
use tauri::{App, WebviewUrl, WebviewWindow, WebviewWindowBuilder};
use tempfile::TempDir;

use eyes::FakeEyes;
use keeper::Keeper;
use nas::{Owned, WithNas};

pub use nas::Nas;

/// Where the program's own pages come from.
pub const LOCAL: &str = "tauri://localhost/index.html";

/// How long a thing that must happen may take on a slow machine.
const PATIENCE: Duration = Duration::from_secs(120);

type Gone = Box<dyn Fn() + Send + Sync>;

/// A sealed window without a window: says when it would have opened.
pub struct Screens {
    opened: Mutex<Sender<String>>,
    gone: Mutex<Option<Gone>>,
    theme: Mutex<Theme>,
}

#[async_trait]
impl Screen for Screens {
    async fn open(&self, view: &View, theme: Theme, gone: Gone) -> Result<(), WindowError> {
        *self.theme.lock().expect("no panic") = theme;
        *self.gone.lock().expect("no panic") = Some(gone);
        self.opened
            .lock()
            .expect("no panic")
            .send(view.title().to_owned())
            .expect("the test listens");
        Ok(())
    }
    fn focus(&self) {}
    fn close(&self) {}
}

/// Answers of the system's file dialogs.
pub struct Files {
    next: Mutex<Vec<Next>>,
    asked: Mutex<u32>,
    handed: Mutex<Vec<Handed>>,
    lent: Arc<LentFiles>,
    keeper: Arc<Keeper>,
    phone: AtomicBool,
}

enum Next {
    Path(PathBuf),
    /// An address, and what its keeper calls the file.
    Lent(String, String),
}

impl Files {
    fn new(keeper: Arc<Keeper>, lent: Arc<LentFiles>) -> Self {
        Self {
            next: Mutex::default(),
            asked: Mutex::default(),
            handed: Mutex::default(),
            lent,
            keeper,
            phone: AtomicBool::new(false),
        }
    }

    /// Sets the path that the next dialog gives.
    pub fn then(&self, path: PathBuf) {
        self.next.lock().expect("no panic").push(Next::Path(path));
    }

    /// Sets the address that the next dialog gives: there are no folders from now on, and there is a sheet.
    pub fn then_lent(&self, address: &str, name: &str) {
        self.on_phone(true);
        let next = Next::Lent(address.to_owned(), name.to_owned());
        self.next.lock().expect("no panic").push(next);
    }

    /// Sets whether these are a phone's.
    pub fn on_phone(&self, phone: bool) {
        self.phone.store(phone, Ordering::SeqCst);
    }

    /// Returns how many dialogs were opened.
    pub fn asked(&self) -> u32 {
        *self.asked.lock().expect("no panic")
    }

    /// Returns what was handed over.
    pub fn handed(&self) -> Vec<Handed> {
        self.handed.lock().expect("no panic").clone()
    }

    fn answer(&self, to_write: bool) -> Option<Chosen> {
        *self.asked.lock().expect("no panic") += 1;
        match self.next.lock().expect("no panic").pop()? {
            Next::Path(path) => Some(path.into()),
            Next::Lent(address, name) => {
                self.keeper.lend(&address);
                Some(match to_write {
                    true => self.lent.to_write(address, &name),
                    false => self.lent.to_read(address, &name),
                })
            }
        }
    }
}

#[async_trait]
impl FilePicker for Files {
    async fn save(&self, _: FileKind, _: &str) -> Option<Chosen> {
        self.answer(true)
    }
    async fn open(&self, _: FileKind) -> Option<Chosen> {
        self.answer(false)
    }
    async fn to_scan(&self) -> Option<Chosen> {
        self.answer(false)
    }
    async fn folder(&self, _: &str) -> Option<PathBuf> {
        let answer = self.answer(false)?;
        (!answer.is_lent()).then(|| answer.to_path_buf())
    }
    fn has_folders(&self) -> bool {
        !self.phone.load(Ordering::SeqCst)
    }
    async fn hand_over(&self, what: Handed) -> bool {
        let phone = self.phone.load(Ordering::SeqCst);
        if phone {
            self.handed.lock().expect("no panic").push(what);
        }
        phone
    }
}

/// A sensor that says what it is told to.
#[derive(Default)]
pub struct Fingers(Mutex<Option<Sensor>>);

impl Fingers {
    /// Sets what there is to ask with.
    pub fn are(&self, sensor: Sensor) {
        *self.0.lock().expect("no panic") = Some(sensor);
    }
}

#[async_trait]
impl Biometry for Fingers {
    async fn sensor(&self) -> Option<Sensor> {
        *self.0.lock().expect("no panic")
    }
    fn room(&self, _: &Sensor) -> usize {
        0
    }
    async fn ask(&self, _: &Brief) -> Touch {
        Touch::Nothing
    }
}

/// A console's window without a window: counts.
#[derive(Default)]
pub struct ConsoleScreens(Mutex<(u32, u32)>);

impl ConsoleScreens {
    /// Returns how often it was opened, and how often closed.
    pub fn moved(&self) -> (u32, u32) {
        *self.0.lock().expect("no panic")
    }
}

impl ConsoleScreen for ConsoleScreens {
    fn open(&self) -> Result<(), WindowError> {
        self.0.lock().expect("no panic").0 += 1;
        Ok(())
    }
    fn close(&self) {
        self.0.lock().expect("no panic").1 += 1;
    }
}

/// A page that calls commands.
#[derive(Clone)]
pub struct Page(WebviewWindow<MockRuntime>);

impl Page {
    /// Calls a command as the program's own page.
    pub fn call(&self, command: &str, arguments: Value) -> Result<Value, Value> {
        self.call_from(LOCAL, command, arguments)
            .map(|body| match body {
                InvokeResponseBody::Json(text) => serde_json::from_str(&text).expect("JSON"),
                InvokeResponseBody::Raw(bytes) => Value::from(bytes),
            })
    }

    /// Sends bytes to a command.
    pub fn send(&self, command: &str, bytes: Vec<u8>) -> Result<Value, Value> {
        let answer = self.invoke(LOCAL, command, InvokeBody::Raw(bytes))?;
        Ok(answer.deserialize().expect("JSON"))
    }

    /// Calls a command as a page of some origin.
    pub fn call_from(
        &self,
        origin: &str,
        command: &str,
        arguments: Value,
    ) -> Result<InvokeResponseBody, Value> {
        self.invoke(origin, command, InvokeBody::Json(arguments))
    }

    fn invoke(
        &self,
        origin: &str,
        command: &str,
        body: InvokeBody,
    ) -> Result<InvokeResponseBody, Value> {
        let request = InvokeRequest {
            cmd: command.to_owned(),
            callback: CallbackFn(0),
            error: CallbackFn(1),
            url: origin.parse().expect("a URL"),
            body,
            headers: Default::default(),
            invoke_key: INVOKE_KEY.to_owned(),
        };
        get_ipc_response(&self.0, request)
    }
}

/// The sealed page's end of the key that its answers are sealed with.
pub struct SealedPage {
    page: Page,
    channel: Channel,
    /// What it is told to show.
    pub task: Value,
}

impl SealedPage {
    /// Asks for the task and agrees on a key.
    pub fn meet(page: &Page) -> Result<Self, Value> {
        let half = Half::draw(getrandom::fill).expect("randomness");
        let ours = STANDARD.encode(half.public());
        let mut told = page.call("cmd_sealed_task", json!({ "key": ours }))?;
        let theirs = STANDARD.decode(told["key"].as_str().expect("a key"));
        let channel = half.agree(&theirs.expect("base64"), End::Page);
        Ok(Self {
            page: page.clone(),
            channel: channel.expect("a point"),
            task: told["task"].take(),
        })
    }

    /// Answers; a reply that is sealed is opened, to its bytes.
    pub fn answer(&self, answer: &Value) -> Result<Value, Value> {
        let mut nonce = [0; NONCE_LEN];
        getrandom::fill(&mut nonce).expect("randomness");
        let sealed = self.channel.seal(&nonce, answer.to_string().as_bytes());
        let request = json!({ "answer": STANDARD.encode(sealed) });
        let reply = self.page.call("cmd_sealed_answer", request)?;
        let Some(sealed) = reply["sealed"].as_str() else {
            return Ok(reply);
        };
        let sealed = STANDARD.decode(sealed).expect("base64");
        let opened = self.channel.open(&sealed).expect("for this page");
        Ok(Value::from(opened.expose()))
    }
}

/// The shell in a test.
pub struct Harness {
    /// What the commands share.
    pub shell: Shared,
    /// What the console's commands share.
    pub console: SharedConsole,
    /// The console's window.
    pub console_screen: Arc<ConsoleScreens>,
    /// Who is asked for consent.
    pub confirm: Arc<ScriptedConfirm>,
    /// The system's keychain.
    pub keychain: Arc<FakeKeychain>,
    /// The file dialogs.
    pub files: Arc<Files>,
    /// Another program that keeps what those lend.
    pub keeper: Arc<Keeper>,
    /// The system's question for finger or face.
    pub biometry: Arc<Fingers>,
    /// The clipboard.
    pub eyes: Arc<FakeEyes>,
    /// Who is asked for the local network.
    pub lan: Arc<AskedLan>,
    /// What stands in it.
    pub nas: Arc<Nas>,
    /// The chain.
    pub chain: Arc<FakeChain>,
    /// Where everything is kept.
    pub home: TempDir,
    app: App<MockRuntime>,
    opened: Receiver<String>,
    screens: Arc<Screens>,
}

impl Harness {
    /// Starts in an empty home with somebody who agrees to everything.
    pub fn new() -> Self {
        Self::made(1, Platform::Linux, false)
    }

    /// The same, where pages may also call what is granted on other systems alone.
    pub fn of_every_system() -> Self {
        Self::made(1, Platform::Linux, true)
    }

    /// The same for another device: what it draws at random differs.
    pub fn seeded(seed: u64) -> Self {
        Self::made(seed, Platform::Linux, false)
    }

    /// The same, beside the keychain of some system.
    pub fn on(platform: Platform) -> Self {
        Self::made(1, platform, false)
    }

    fn made(seed: u64, platform: Platform, every_system: bool) -> Self {
        let home = tempfile::tempdir().expect("a scratch folder");
        let (sender, opened) = channel();
        let screens = Arc::new(Screens {
            opened: Mutex::new(sender),
            gone: Mutex::default(),
            theme: Mutex::default(),
        });
        let desk = Arc::new(Desk::new(screens.clone()));
        let confirm = Arc::new(ScriptedConfirm::always(Answer::Agreed));
        let keychain = Arc::new(FakeKeychain::like(platform));
        let chain = Arc::new(FakeChain::new(Network::Regtest));
        let console_screen = Arc::new(ConsoleScreens::default());
        let lan = Arc::new(AskedLan::default());
        let nas = Arc::new(Nas::default());
        let console_ports = satchel_console::Ports {
            clock: Arc::new(ManualClock::default()),
            entropy: Arc::new(SeededEntropy::dangerous_from_seed(seed + 1_000)),
            confirm: confirm.clone(),
            keychain: keychain.clone(),
            files: Arc::new(DiskFiles),
            lan: lan.clone(),
        };
        let keeper = Arc::new(Keeper::default());
        let lent = LentFiles::new(Arc::new(DiskFiles), keeper.clone());
        let ports = Ports {
            clock: Arc::new(ManualClock::default()),
            lan: Arc::new(Owned(
                TcpLan::only_on(Ipv4Addr::LOCALHOST.into()),
                lan.clone(),
            )),
            entropy: Arc::new(SeededEntropy::dangerous_from_seed(seed)),
            confirm: confirm.clone(),
            authorize: Arc::new(SealedAuthorize::new(Arc::clone(&desk))),
            chain: Arc::new(FakeConnector::to(Arc::clone(&chain))),
            vault: Arc::new(FileVault::new(home.path())),
            attempts: Arc::new(FileAttempts::new(home.path())),
            keychain: keychain.clone(),
            database: Arc::new(SqlDatabase::new(home.path())),
            files: lent.clone(),
            places: Arc::new(WithNas(Roads::new(), Arc::clone(&nas))),
        };
        let default_backends = vec![Backend {
            network: Network::Regtest,
            kind: BackendKind::Esplora,
            url: "http://127.0.0.1:1/api".to_owned(),
        }];
        let files = Arc::new(Files::new(keeper.clone(), lent));
        let biometry = Arc::new(Fingers::default());
        let eyes = Arc::new(FakeEyes::default());
        let shell: Shared = Arc::new(Shell::new(
            Arc::new(Wallet::new(
                ports,
                Config {
                    default_backends,
                    ..Config::default()
                },
            )),
            desk,
            Arc::new(Idle::new(Moment::now())),
            files.clone(),
            biometry.clone(),
            None,
            eyes.clone(),
        ));
        let console: SharedConsole = Arc::new(ConsoleDesk::new(
            Arc::new(Console::new(
                console_ports,
                satchel_console::Config {
                    settings: Some(home.path().join("console.json")),
                    ..satchel_console::Config::default()
                },
            )),
            console_screen.clone(),
        ));
        let mut context = tauri::generate_context!("tauri.conf.json");
        if every_system {
            grants::of_every_system(&mut context);
        }
        let app = satchel_shell::run::prepare(mock_builder())
            .manage(Arc::clone(&shell))
            .manage(Arc::clone(&console))
            .build(context)
            .expect("the configuration and the capability files are valid");
        Self {
            shell,
            console,
            console_screen,
            confirm,
            keychain,
            files,
            keeper,
            biometry,
            eyes,
            lan,
            nas,
            chain,
            home,
            app,
            opened,
            screens,
        }
    }

    /// Opens a window of this label with its own page.
    pub fn page(&self, label: &str) -> Page {
        let described = self
            .app
            .config()
            .app
            .windows
            .iter()
            .find(|window| window.label == label);
        let builder = match described {
            Some(config) => {
                WebviewWindowBuilder::from_config(&self.app, config).expect("a valid description")
            }
            None => {
                WebviewWindowBuilder::new(&self.app, label, WebviewUrl::App("index.html".into()))
            }
        };
        Page(
            builder
                .build()
                .expect("the mock runtime opens every window"),
        )
    }

    /// Waits until the sealed window opens and returns its title.
    pub fn sealed_opens(&self) -> String {
        self.opened
            .recv_timeout(PATIENCE)
            .expect("the sealed window opens")
    }

    /// Waits a moment for the sealed window to open and returns its title.
    pub fn sealed_opens_soon(&self) -> Option<String> {
        self.opened.recv_timeout(Duration::from_millis(5)).ok()
    }

    /// Returns whether a sealed window opened that nobody waited for.
    pub fn sealed_opened_again(&self) -> bool {
        self.opened.try_recv().is_ok()
    }

    /// Returns how the sealed window was last shown.
    pub fn sealed_theme(&self) -> Theme {
        *self.screens.theme.lock().expect("no panic")
    }

    /// Closes the sealed window as its owner would.
    pub fn owner_closes_sealed(&self) {
        let gone = self.screens.gone.lock().expect("no panic").take();
        gone.expect("a sealed window is open")();
    }
}
