//! The folder that holds everything of a person's Satchel.

use std::fs;
use std::io;
use std::path::Path;

use crate::durable::{folder_of, sync_folder};

/// Why a home could not be made.
#[derive(Debug, thiserror::Error)]
pub enum CreateHomeError {
    /// Something else has that name.
    #[error("the home is not a folder")]
    NotAFolder,
    /// The system refused.
    #[error("the home could not be made")]
    Io(#[source] io::Error),
}

/// Makes a home that its owner alone may enter, or takes such rights away from others where it is
/// there already. Folders above it are made as the system makes folders.
///
/// # Errors
/// [`CreateHomeError::NotAFolder`] when a file is in the way, [`CreateHomeError::Io`] when the
/// system refuses.
pub fn create_home(path: &Path) -> Result<(), CreateHomeError> {
    let io = CreateHomeError::Io;
    fs::create_dir_all(folder_of(path)).map_err(io)?;
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt;
        builder.mode(0o700);
    }
    builder.recursive(false);
    match builder.create(path) {
        Ok(()) => {
            // A home whose name is lost with the power takes all it holds along.
            sync_folder(path).map_err(io)
        }
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => close_to_others(path),
        Err(error) => Err(io(error)),
    }
}

fn close_to_others(path: &Path) -> Result<(), CreateHomeError> {
    let meta = fs::metadata(path).map_err(CreateHomeError::Io)?;
    if !meta.is_dir() {
        return Err(CreateHomeError::NotAFolder);
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        if meta.permissions().mode() & 0o077 != 0 {
            fs::set_permissions(path, fs::Permissions::from_mode(0o700))
                .map_err(CreateHomeError::Io)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn nobody_else_enters_a_home() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().expect("a scratch folder");
        let home = folder.path().join("a").join("home");
        let mode = || {
            let meta = fs::metadata(&home).expect("a folder");
            meta.permissions().mode() & 0o777
        };
        create_home(&home).expect("a new home");
        assert_eq!(mode(), 0o700);
        fs::set_permissions(&home, fs::Permissions::from_mode(0o755)).expect("its mode");
        create_home(&home).expect("the same home");
        assert_eq!(mode(), 0o700);
    }

    #[test]
    fn a_file_is_no_home() {
        let folder = tempfile::tempdir().expect("a scratch folder");
        let file = folder.path().join("home");
        fs::write(&file, b"").expect("a file");
        assert!(matches!(
            create_home(&file),
            Err(CreateHomeError::NotAFolder)
        ));
    }
}
