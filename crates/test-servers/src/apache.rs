//! Apache's `mod_dav`.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use crate::open_to_all;

const PROGRAM: &str = "/usr/sbin/apache2";
const MODULES: &str = "/usr/lib/apache2/modules";

/// A process of its own, ended by its id when dropped. `-X`: one process, no children.
#[derive(Debug)]
pub struct Apache {
    process: Child,
    /// Its address.
    pub url: String,
}

impl Drop for Apache {
    fn drop(&mut self) {
        self.end();
    }
}

fn configuration(folder: &str, port: u16) -> String {
    let modules: String = [
        "mpm_event",
        "authn_core",
        "authn_file",
        "authz_core",
        "authz_user",
        "auth_basic",
        "dav",
        "dav_fs",
    ]
    .map(|name| format!("LoadModule {name}_module {MODULES}/mod_{name}.so\n"))
    .concat();
    format!(
        "{modules}\
         ServerRoot {folder}\n\
         ServerName 127.0.0.1\n\
         Listen 127.0.0.1:{port}\n\
         PidFile {folder}/pid\n\
         ErrorLog {folder}/errors\n\
         DefaultRuntimeDir {folder}\n\
         User nobody\n\
         Group nogroup\n\
         DocumentRoot {folder}/files\n\
         DavLockDB {folder}/locks\n\
         <Directory {folder}/files>\n\
         Dav On\n\
         AuthType Basic\n\
         AuthName Satchel\n\
         AuthUserFile {folder}/users\n\
         Require valid-user\n\
         </Directory>\n"
    )
}

impl Apache {
    /// Starts one and waits until it takes connections.
    pub(crate) fn start(scratch: &Path) -> Self {
        let folder = scratch.to_str().expect("a plain path");
        fs::create_dir(scratch.join("files")).expect("a healthy disk");
        for path in [scratch, &scratch.join("files")] {
            open_to_all(path);
        }
        // "open sesame" by SHA-1, which is the shortest that Apache reads.
        let users = "Aladdin:{SHA}W8r/fyL/UzygmbNAjq2HbA67qac=\n";
        fs::write(scratch.join("users"), users).expect("a healthy disk");
        // Between looking for a free port and using it somebody else may take it.
        for _ in 0..5 {
            let free = TcpListener::bind("127.0.0.1:0").expect("a free port");
            let port = free.local_addr().expect("bound").port();
            drop(free);
            let file = scratch.join("configuration");
            fs::write(&file, configuration(folder, port)).expect("a healthy disk");
            let mut process = Command::new(PROGRAM)
                .arg("-X")
                .arg("-f")
                .arg(&file)
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .spawn()
                .unwrap_or_else(|error| {
                    panic!("{PROGRAM}: {error}; `cargo xtask setup` installs apache2-bin")
                });
            while process.try_wait().expect("a child").is_none() {
                if TcpStream::connect(("127.0.0.1", port)).is_ok() {
                    let url = format!("http://127.0.0.1:{port}");
                    return Self { process, url };
                }
                std::thread::yield_now();
            }
        }
        let errors = fs::read_to_string(scratch.join("errors")).unwrap_or_default();
        panic!("Apache does not start: {errors}");
    }

    /// Ends it.
    pub fn end(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
