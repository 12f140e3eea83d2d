//! What happens to a place between rounds, and on the way to it.

use std::ffi::OsString;
use std::fs;
use std::os::unix::ffi::OsStringExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use satchel_test_servers::{BUCKET, Faulty, Here, PASSWORD, Served, USER, rust_dav_in, rust_s3};

use super::dice::Dice;
use crate::support::{Home, path_text};

/// What kind of place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Folder,
    WebDav,
    S3,
}

/// The server of a place, which is there as long as it is needed.
#[derive(Debug)]
enum Server {
    WebDav { _server: Here },
    S3 { _served: Served<Here> },
}

/// Of a hundred requests so many meet a fault.
const STORM: u64 = 10;

/// A place where devices meet, and what somebody keeps of it elsewhere.
#[derive(Debug)]
pub struct Meeting {
    /// Where what is in it lies on this disk.
    folder: PathBuf,
    kind: Kind,
    /// What stands between devices and its server.
    way: Option<Faulty>,
    _server: Option<Server>,
    beside: PathBuf,
    count: usize,
    /// It was put away as a whole, or is not reached.
    is_away: bool,
    hidden: Vec<(PathBuf, PathBuf)>,
    has_copy: bool,
}

fn copy(from: &Path, to: &Path) {
    let _ = fs::remove_dir_all(to);
    let done = Command::new("cp").arg("-a").arg(from).arg(to).status();
    assert!(done.expect("cp is there").success());
}

impl Meeting {
    pub fn new(root: &Path, n: usize, kind: Kind, dice: &mut Dice) -> Self {
        let mut folder = root.join(format!("meeting-{n}"));
        let beside = root.join(format!("beside-{n}"));
        fs::create_dir(&folder).expect("a folder");
        fs::create_dir(&beside).expect("a folder");
        let server = match kind {
            Kind::Folder => None,
            Kind::WebDav => {
                let server = rust_dav_in(&folder);
                Some((server.url.clone(), Server::WebDav { _server: server }))
            }
            Kind::S3 => {
                let served = rust_s3();
                folder.clone_from(&served.files);
                Some((served.server.url.clone(), Server::S3 { _served: served }))
            }
        };
        let (way, server) = server
            .map(|(url, server)| (Faulty::before(&url, dice.next()), server))
            .unzip();
        Self {
            folder,
            kind,
            way,
            _server: server,
            beside,
            count: 0,
            is_away: false,
            hidden: Vec::new(),
            has_copy: false,
        }
    }

    /// Tells a home of it.
    pub fn add_to(&self, home: &Home) {
        let add = ["--yes", "bundle", "place", "add"];
        let url = self.way.as_ref().map_or("", |way| way.url());
        match self.kind {
            Kind::Folder => home.ok(&[&add[..], &["folder", path_text(&self.folder)]].concat()),
            Kind::WebDav => home.ok(&[&add[..], &["webdav", url]].concat()),
            Kind::S3 => {
                let secret = home.scratch("place-password");
                fs::write(&secret, format!("{PASSWORD}\n")).expect("a file");
                let login = ["--user", USER, "--password-file", path_text(&secret)];
                home.ok(&[&add[..], &["s3", url, "--bucket", BUCKET], &login].concat())
            }
        };
    }

    /// Lets requests meet faults from now on.
    pub fn storm(&self) {
        if let Some(way) = &self.way {
            way.storm(STORM);
        }
    }

    /// What requests met so far, for people.
    pub fn met(&self) -> String {
        let met = self.way.as_ref().map(Faulty::met);
        format!("{:?}: {:?}", self.kind, met.unwrap_or_default())
    }

    fn put_away(&mut self, is_away: bool) {
        self.is_away = is_away;
        match &self.way {
            Some(way) => way.is_away(is_away),
            None if is_away => {
                fs::rename(&self.folder, self.beside.join("away")).expect("moved");
            }
            None => fs::rename(self.beside.join("away"), &self.folder).expect("moved back"),
        }
    }

    fn files(&self) -> Vec<PathBuf> {
        let mut files = Vec::new();
        let mut folders = vec![self.folder.clone()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
                let kind = entry.file_type().expect("a kind");
                if kind.is_dir() {
                    folders.push(entry.path());
                } else if kind.is_file() {
                    files.push(entry.path());
                }
            }
        }
        // Not in the order of the disk, which is not that of the seed.
        files.sort();
        files.retain(|file| !file.ends_with("satchel-circle.txt"));
        files
    }

    /// Does something to it; says what.
    pub fn disturb(&mut self, dice: &mut Dice) -> String {
        if self.is_away {
            self.put_away(false);
            return "it is back".to_owned();
        }
        let files = self.files();
        let Some(file) = dice.pick(&files).cloned() else {
            return "nothing to disturb".to_owned();
        };
        self.count += 1;
        let name = file.file_name().expect("a name").to_owned();
        // A server would hang on a pipe, and not because of a device.
        let kinds = if self.way.is_some() { 11 } else { 15 };
        let done = match dice.below(kinds) {
            0 => {
                fs::remove_file(&file).expect("removed");
                "removed"
            }
            1 => {
                let len = fs::metadata(&file).expect("there").len();
                let keep = u64::try_from(dice.below(len as usize)).expect("short");
                let open = fs::OpenOptions::new().write(true).open(&file);
                open.and_then(|file| file.set_len(keep)).expect("cut");
                "cut off"
            }
            2 | 3 => {
                let mut bytes = fs::read(&file).expect("there");
                if !bytes.is_empty() {
                    let at = dice.below(bytes.len());
                    bytes[at] ^= 1 << dice.below(8);
                }
                fs::write(&file, bytes).expect("written");
                "a bit turned"
            }
            4 => {
                let mut beside = name.clone();
                beside.push(".sync-conflict-20260101-000000");
                fs::copy(&file, file.with_file_name(beside)).expect("copied");
                "doubled"
            }
            5 => {
                let other = dice.pick(&files).expect("there is one").clone();
                let between = self.beside.join("between");
                fs::rename(&file, &between).expect("moved");
                if other != file {
                    fs::rename(&other, &file).expect("moved");
                }
                fs::rename(&between, &other).expect("moved");
                "swapped names"
            }
            6 => {
                let away = self.beside.join(format!("hidden-{}", self.count));
                fs::rename(&file, &away).expect("moved");
                self.hidden.push((file.clone(), away));
                "hidden"
            }
            7 => {
                for (from, away) in std::mem::take(&mut self.hidden) {
                    if !from.exists() && from.parent().is_some_and(Path::is_dir) {
                        fs::rename(away, from).expect("moved back");
                    }
                }
                "hidden ones are back"
            }
            8 => {
                copy(&self.folder, &self.beside.join("copy"));
                self.has_copy = true;
                "a copy was kept"
            }
            9 if self.has_copy => {
                let _ = fs::remove_dir_all(&self.folder);
                copy(&self.beside.join("copy"), &self.folder);
                "rolled back to the copy"
            }
            10 => {
                self.put_away(true);
                "it is away"
            }
            11 => {
                // A folder in a file's place, with something in it.
                fs::remove_file(&file).expect("removed");
                fs::create_dir(&file).expect("a folder");
                if dice.percent(50) {
                    fs::write(file.join("something"), b"of somebody").expect("written");
                }
                "a folder has its name"
            }
            12 => {
                fs::remove_file(&file).expect("removed");
                if dice.percent(50) {
                    std::os::unix::fs::symlink("/dev/zero", &file).expect("a link");
                } else {
                    let made = Command::new("mkfifo").arg(&file).status();
                    assert!(made.expect("mkfifo is there").success());
                }
                "a link or a pipe has its name"
            }
            13 => {
                // Grown to ten gigabytes that take no room.
                let open = fs::OpenOptions::new().write(true).open(&file);
                open.and_then(|file| file.set_len(10 << 30)).expect("grown");
                "grown to 10 GB"
            }
            _ => {
                self.litter(&file, dice);
                "litter beside it"
            }
        };
        format!("{}: {done}", name.to_string_lossy())
    }

    fn litter(&self, beside: &Path, dice: &mut Dice) {
        let folder = beside.parent().expect("a folder");
        let odd = OsString::from_vec(vec![b'x', 0xff, 0xfe, b'\n', b'"', b'%']);
        let _ = fs::write(folder.join(odd), b"odd");
        let hex = |dice: &mut Dice, digits: usize| -> String {
            (0..digits)
                .map(|_| format!("{:x}", dice.below(16)))
                .collect()
        };
        // The name of an object, and bytes that are none.
        let object = format!("{}-{}.seg", hex(dice, 16), hex(dice, 32));
        let bytes: Vec<u8> = (0..dice.below(3_000)).map(|n| (n * 7) as u8).collect();
        let _ = fs::write(folder.join(object), bytes);
        let circle = folder.ancestors().nth(2).unwrap_or(folder);
        if circle.starts_with(&self.folder) {
            let _ = fs::create_dir_all(circle.join("s").join(hex(dice, 32)));
        }
    }

    /// Makes the place reachable again. What is broken in it stays broken.
    pub fn calm(&mut self) {
        if self.is_away {
            self.put_away(false);
        }
        if let Some(way) = &self.way {
            way.storm(0);
        }
    }
}
