//! The objects below a folder that nobody goes to any more: what lost devices left.

use std::fs;
use std::path::Path;

/// Folders below the one that is named: a place has three.
const MAX_DEPTH: usize = 6;
/// Bytes that are read in all.
const MAX_BYTES: u64 = 1 << 30;
/// What the names of objects end in.
const ENDINGS: [&str; 3] = ["key", "seg", "snap"];

/// Reads the files below a folder that have names of objects. Links are not followed: they lead out of the place.
///
/// # Errors
/// When the folder cannot be read, or holds more than a gibibyte of them.
pub fn objects_below(folder: &Path) -> std::io::Result<Vec<Vec<u8>>> {
    let mut objects = Vec::new();
    let mut left = MAX_BYTES;
    collect(folder, MAX_DEPTH, &mut left, &mut objects)?;
    Ok(objects)
}

fn collect(
    folder: &Path,
    depth: usize,
    left: &mut u64,
    objects: &mut Vec<Vec<u8>>,
) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let (path, kind) = (entry.path(), entry.file_type()?);
        if kind.is_dir() && depth > 0 {
            collect(&path, depth - 1, left, objects)?;
        }
        let ending = path.extension().and_then(|ending| ending.to_str());
        if kind.is_file() && ending.is_some_and(|ending| ENDINGS.contains(&ending)) {
            *left = left
                .checked_sub(entry.metadata()?.len())
                .ok_or(std::io::ErrorKind::FileTooLarge)?;
            objects.push(fs::read(&path)?);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_a_name_of_an_object_is_read_and_links_are_not_followed() {
        let folder = tempfile::tempdir().expect("a folder");
        let deep = folder.path().join("keys");
        fs::create_dir(&deep).expect("a folder");
        fs::write(deep.join("1-ab.key"), b"one").expect("a file");
        fs::write(folder.path().join("2-cd.seg"), b"two").expect("a file");
        fs::write(folder.path().join("notes.txt"), b"no").expect("a file");
        let away = tempfile::tempdir().expect("a folder");
        fs::write(away.path().join("3-ef.snap"), b"away").expect("a file");
        #[cfg(unix)]
        std::os::unix::fs::symlink(away.path(), folder.path().join("out")).expect("a link");
        let mut objects = objects_below(folder.path()).expect("it can be read");
        objects.sort();
        assert_eq!(objects, [b"one".to_vec(), b"two".to_vec()]);
        assert!(objects_below(&folder.path().join("gone")).is_err());
    }
}
