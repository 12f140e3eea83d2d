//! Seeds that a target makes by itself.

use std::path::Path;

/// Where `cargo xtask fuzz --seeds` wants them.
const FOLDER: &str = "SATCHEL_FUZZ_SEEDS";

/// Writes seeds and ends the program, where they are asked for; otherwise does nothing. To be called
/// first, with what makes them: a name and bytes each.
pub fn seeds(make: impl FnOnce() -> Vec<(&'static str, Vec<u8>)>) {
    let Some(folder) = std::env::var_os(FOLDER) else {
        return;
    };
    let folder = Path::new(&folder);
    std::fs::create_dir_all(folder).expect("a folder for seeds");
    for (name, bytes) in make() {
        std::fs::write(folder.join(name), bytes).expect("room for a seed");
    }
    std::process::exit(0);
}
