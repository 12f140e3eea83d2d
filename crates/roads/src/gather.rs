//! The objects below a folder that nobody goes to any more: what lost devices left.

use std::fs;
use std::io::{ErrorKind, Read};
use std::path::Path;

/// Folders below the one that is named: a place has three.
const MAX_DEPTH: usize = 6;
/// Bytes that are read in all.
const MAX_BYTES: u64 = 1 << 30;
/// What the names of objects end in.
const ENDINGS: [&str; 3] = ["key", "seg", "snap"];

/// What lies below a folder.
#[derive(Debug)]
pub struct ObjectsBelow {
    /// The objects.
    pub objects: Vec<Vec<u8>>,
    /// Something has the name of an object and could not be read as one.
    pub passed_over: bool,
}

struct Look<'a> {
    begins: &'a [u8],
    longest: u64,
    left: u64,
    found: ObjectsBelow,
}

/// Reads the files below a folder that have names of objects, begin as they do and are no longer than one can be. Links
/// are not followed: they lead out of the place. What cannot be read keeps the others from nobody.
///
/// # Errors
/// When the folder itself cannot be read.
pub fn objects_below(folder: &Path, begins: &[u8], longest: u64) -> std::io::Result<ObjectsBelow> {
    let mut look = Look {
        begins,
        longest,
        left: MAX_BYTES,
        found: ObjectsBelow {
            objects: Vec::new(),
            passed_over: false,
        },
    };
    look.collect(folder, MAX_DEPTH)?;
    Ok(look.found)
}

impl Look<'_> {
    fn collect(&mut self, folder: &Path, depth: usize) -> std::io::Result<()> {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let (path, kind) = (entry.path(), entry.file_type()?);
            if kind.is_dir() && depth > 0 {
                self.found.passed_over |= self.collect(&path, depth - 1).is_err();
            }
            let ending = path.extension().and_then(|ending| ending.to_str());
            if kind.is_file() && ending.is_some_and(|ending| ENDINGS.contains(&ending)) {
                match self.read(&path) {
                    Ok(object) => {
                        self.left -= object.len() as u64;
                        self.found.objects.push(object);
                    }
                    Err(_) => self.found.passed_over = true,
                }
            }
        }
        Ok(())
    }

    fn read(&self, path: &Path) -> std::io::Result<Vec<u8>> {
        let file = fs::File::open(path)?;
        let max = self.left.min(self.longest);
        if file.metadata()?.len() > max {
            return Err(ErrorKind::FileTooLarge.into());
        }
        let mut object = vec![0; self.begins.len()];
        let mut file = file.take(max);
        file.read_exact(&mut object)?;
        if object != self.begins {
            return Err(ErrorKind::InvalidData.into());
        }
        file.read_to_end(&mut object)?;
        Ok(object)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_a_name_of_an_object_is_read_and_links_are_not_followed() {
        let folder = tempfile::tempdir().expect("a folder");
        let deep = folder.path().join("keys");
        fs::create_dir(&deep).expect("a folder");
        fs::write(deep.join("1-ab.key"), b"SAT one").expect("a file");
        fs::write(folder.path().join("2-cd.seg"), b"SAT two").expect("a file");
        fs::write(folder.path().join("notes.txt"), b"SAT no").expect("a file");
        let away = tempfile::tempdir().expect("a folder");
        fs::write(away.path().join("3-ef.snap"), b"SAT away").expect("a file");
        #[cfg(unix)]
        std::os::unix::fs::symlink(away.path(), folder.path().join("out")).expect("a link");
        let look = || objects_below(folder.path(), b"SAT", 10).expect("it can be read");
        let mut found = look();
        found.objects.sort();
        assert_eq!(found.objects, [b"SAT one".to_vec(), b"SAT two".to_vec()]);
        assert!(!found.passed_over);
        // What is no object under the name of one keeps no others back, and is told.
        for litter in [&b"SAT but too long"[..], b"TAS", b"SA"] {
            fs::write(deep.join("4-01.seg"), litter).expect("a file");
            let found = look();
            assert_eq!((found.objects.len(), found.passed_over), (2, true));
        }
        assert!(objects_below(&folder.path().join("gone"), b"SAT", 10).is_err());
    }
}
