//! Files that leave the device and come back: backup and import.

use std::collections::{BTreeMap, HashMap};
use std::sync::Mutex;

use async_trait::async_trait;
use satchel_app::found_circle::DeviceName;
use satchel_testkit::rows;
use satchel_types::{LabelTarget, RequestId, ScriptType, WalletId};

use crate::home::{Home, home};
use crate::laws::{Flow, Law, Point, must, runtime, said, untouched, wallets};
use crate::process::{Process, Remains, passphrase};

/// The passphrase of files.
const FILE: &str = "a file's own horse and battery";

/// Wallet files that were opened, each once.
#[derive(Default)]
struct Opened(Mutex<HashMap<Vec<u8>, Option<usize>>>);

impl Opened {
    /// How many wallets are in a file; `None`: it does not open.
    fn wallets(&self, bytes: &[u8]) -> Option<usize> {
        let mut known = self.0.lock().unwrap();
        *known.entry(bytes.to_vec()).or_insert_with(|| {
            let file = satchel_bundle::open(bytes, &passphrase(FILE));
            file.ok().map(|file| file.into_wallets().len())
        })
    }
}

/// Backs everything up to a folder that has an earlier backup.
pub struct Backup {
    home: Home,
    opened: Opened,
    earlier: (String, Vec<u8>),
}

impl Backup {
    pub fn new(kinds: &[ScriptType], coins: u32) -> Self {
        Self::of(home(kinds, coins))
    }

    /// The same of a home that shares.
    pub fn shared(kinds: &[ScriptType]) -> Self {
        Self::of(sharing(kinds))
    }

    fn of(mut home: Home) -> Self {
        runtime().block_on(async {
            let process = Process::on(&home.remains).await;
            process.unlock_by_keychain().await.unwrap();
            let out = process.out();
            process.app.backup(&out, passphrase(FILE)).await.unwrap();
            home.remains = process.leave();
        });
        let mut files = home.remains.disk.files_of("out");
        let earlier = files.next().map(|(name, bytes)| (name, bytes.to_vec()));
        let earlier = earlier.unwrap();
        drop(files);
        Self {
            home,
            opened: Opened::default(),
            earlier,
        }
    }
}

#[async_trait(?Send)]
impl Flow for Backup {
    fn name(&self) -> &'static str {
        "backup"
    }

    fn before(&self) -> &Remains {
        &self.home.remains
    }

    async fn open(&self, process: &Process) {
        process.unlock_by_keychain().await.unwrap();
        // The next day.
        process.clock.advance(86_400);
    }

    async fn act(&self, process: &Process) -> String {
        let made = process.app.backup(&process.out(), passphrase(FILE)).await;
        let path = made.unwrap().path;
        path.file_name().unwrap().to_string_lossy().into_owned()
    }

    async fn check(&self, process: &Process, point: &Point) -> Law {
        process.unlock_by_keychain().await?;
        let store = process.store();
        let found = wallets(&*store, &self.home.key)?;
        untouched(&self.home.wallets, &found)?;
        let all = self.home.wallets.len();
        let files = |process: &Process| -> Result<BTreeMap<String, Vec<u8>>, String> {
            let mut files = BTreeMap::new();
            for entry in std::fs::read_dir(process.out()).map_err(said)? {
                let entry = entry.map_err(said)?;
                let name = entry.file_name().to_string_lossy().into_owned();
                // What was being written has a name that nobody takes for a backup.
                if name.ends_with(".part") && name.starts_with(".satchel-") {
                    continue;
                }
                let bytes = std::fs::read(entry.path()).map_err(said)?;
                let whole = self.opened.wallets(&bytes) == Some(all);
                must(whole, || format!("{name} is there by half"))?;
                files.insert(name, bytes);
            }
            let kept = files.get(&self.earlier.0) == Some(&self.earlier.1);
            must(kept, || "the earlier backup is not what it was".into())?;
            Ok(files)
        };
        let there = files(process)?;
        if let Some(told) = &point.told {
            must(there.contains_key(told), || "the backup is gone".into())?;
        }
        // A wallet that says that it was backed up was.
        let mut times = Vec::new();
        for record in store.wallets().map_err(said)? {
            times.push(
                record
                    .backed_up_at
                    .ok_or("the earlier backup is forgotten")?,
            );
        }
        let newest = format!("satchel-backup-{}.satchel", times[0].as_secs());
        must(times.iter().all(|time| *time == times[0]), || {
            "not all".into()
        })?;
        must(there.contains_key(&newest), || {
            format!("there is no {newest}")
        })?;
        must(
            point.told.as_ref().is_none_or(|told| *told == newest),
            || "the backup is not noted".into(),
        )?;
        if point.close {
            process.clock.advance(2 * 86_400);
            let again = process.app.backup(&process.out(), passphrase(FILE)).await;
            again.map_err(said)?;
            must(files(process)?.len() == there.len() + 1, || {
                "no other one".into()
            })?;
        }
        Ok(())
    }
}

/// A home that has founded a circle.
fn sharing(kinds: &[ScriptType]) -> Home {
    let mut home = home(kinds, 0);
    home.remains = runtime().block_on(async {
        let process = Process::on(&home.remains).await;
        process.unlock_by_keychain().await.unwrap();
        let name = DeviceName {
            name: "Desk".to_owned(),
            system: "Test".to_owned(),
        };
        process.app.found_circle(name).await.unwrap();
        process.leave()
    });
    home
}

/// Reads a file of its own circle into a home that was set back to before the file was written.
pub struct ImportShared {
    home: Home,
    /// What is kept of each wallet once it is read in.
    after: BTreeMap<WalletId, String>,
}

impl ImportShared {
    pub fn new(kinds: &[ScriptType]) -> Self {
        let mut home = sharing(kinds);
        let after = runtime().block_on(async {
            let process = Process::on(&home.remains).await;
            process.unlock_by_keychain().await.unwrap();
            for (n, record) in process.store().wallets().unwrap().iter().enumerate() {
                let id = Some(record.id);
                for number in 0..3 {
                    let target = LabelTarget::Tx(rows::txid(number));
                    let label = Some(rows::label(&format!("later {n} {number}")));
                    process.app.set_label(id, target, label).unwrap();
                }
                let request = RequestId::from_bytes([60 + u8::try_from(n).unwrap(); 16]);
                process
                    .app
                    .generate_address(id, request, None)
                    .await
                    .unwrap();
            }
            let made = process.app.backup(&process.out(), passphrase(FILE)).await;
            let bytes = std::fs::read(made.unwrap().path).unwrap();

            let process = Process::on(&home.remains).await;
            std::fs::write(process.out().join("file"), bytes).unwrap();
            home.remains = process.leave();
            let process = Process::on(&home.remains).await;
            process.unlock_by_keychain().await.unwrap();
            import(&process, &home).await.unwrap();
            wallets(&*process.store(), &home.key).unwrap()
        });
        assert_ne!(after, home.wallets, "it teaches something");
        Self { home, after }
    }
}

#[async_trait(?Send)]
impl Flow for ImportShared {
    fn name(&self) -> &'static str {
        "import of the circle"
    }

    fn before(&self) -> &Remains {
        &self.home.remains
    }

    async fn act(&self, process: &Process) -> String {
        import(process, &self.home).await.unwrap().to_string()
    }

    async fn check(&self, process: &Process, point: &Point) -> Law {
        // Opening makes the rows of what was kept.
        process.unlock_by_keychain().await?;
        let found = wallets(&*process.store(), &self.home.key)?;
        let all = found == self.after;
        must(all || found == self.home.wallets, || {
            format!("there by half: {found:?} and not {:?}", self.after)
        })?;
        must(all || point.told.is_none(), || "it is gone".into())?;
        if point.close {
            import(process, &self.home).await?;
            let after = wallets(&*process.store(), &self.home.key)?;
            must(after == self.after, || "importing again differs".into())?;
            let circle = process.app.circle().map_err(said)?;
            must(circle.is_some(), || "the circle is gone".into())?;
        }
        Ok(())
    }
}

/// Reads a file of several wallets into a home that has others, or some of them.
pub struct Import {
    home: Home,
    /// What is kept of each wallet of the file once it is read in.
    file: BTreeMap<WalletId, String>,
}

impl Import {
    pub fn new(others: &[ScriptType], kinds: &[ScriptType]) -> Self {
        let from = home(kinds, 0);
        let mut home = home(others, 0);
        let file = runtime().block_on(async {
            let process = Process::on(&from.remains).await;
            process.unlock_by_keychain().await.unwrap();
            let out = process.out();
            let made = process.app.backup(&out, passphrase(FILE)).await.unwrap();
            let bytes = std::fs::read(made.path).unwrap();

            let process = Process::on(&home.remains).await;
            std::fs::write(process.out().join("file"), bytes).unwrap();
            home.remains = process.leave();
            let process = Process::on(&home.remains).await;
            process.unlock_by_keychain().await.unwrap();
            import(&process, &home).await.unwrap();
            wallets(&*process.store(), &home.key).unwrap()
        });
        Self { home, file }
    }
}

async fn import(process: &Process, home: &Home) -> Result<usize, String> {
    let path = process.out().join("file");
    let read = process
        .app
        .import_file(&path, passphrase(FILE), &home.access);
    Ok(read.await.map_err(said)?.added.len())
}

#[async_trait(?Send)]
impl Flow for Import {
    fn name(&self) -> &'static str {
        "import"
    }

    fn before(&self) -> &Remains {
        &self.home.remains
    }

    async fn act(&self, process: &Process) -> String {
        import(process, &self.home).await.unwrap().to_string()
    }

    async fn check(&self, process: &Process, point: &Point) -> Law {
        process.unlock_by_keychain().await?;
        let found = wallets(&*process.store(), &self.home.key)?;
        untouched(&self.home.wallets, &found)?;
        // Each is there whole, labels with it, or not at all.
        untouched(&found, &self.file)?;
        must(
            point.told.is_none() || found.len() == self.file.len(),
            || format!("{} of {} wallets", found.len(), self.file.len()),
        )?;
        if point.close {
            let missing = self.file.len() - found.len();
            let added = import(process, &self.home).await?;
            must(added == missing, || format!("{added} of {missing} added"))?;
            let after = wallets(&*process.store(), &self.home.key)?;
            must(after == self.file, || "importing again differs".into())?;
        }
        Ok(())
    }
}
