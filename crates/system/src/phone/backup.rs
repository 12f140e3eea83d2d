//! iPhones and iPads: no wallet in a backup that the system makes, in its cloud or on a computer.
//!
//! `NSURLIsExcludedFromBackupKey` on a folder keeps out all that is in it. It is lost when a file is replaced by another one (Apple's
//! documentation of it), so it is for a folder, and set at each start.
//!
//! Only types are checked where this is developed; nothing of it was run.

#![allow(unsafe_code)] // Foundation is a C interface.

use std::io;
use std::path::Path;

use objc2_foundation::{NSNumber, NSString, NSURL, NSURLIsExcludedFromBackupKey};

/// Keeps a folder out of the system's backups.
///
/// # Errors
/// When the system refuses, and where there is no such folder.
pub fn keep_out_of_backups(folder: &Path) -> io::Result<()> {
    let path = NSString::from_str(&folder.to_string_lossy());
    let address = NSURL::fileURLWithPath_isDirectory(&path, true);
    let yes = NSNumber::new_bool(true);
    // SAFETY: this key takes a number that stands for yes or no.
    let done =
        unsafe { address.setResourceValue_forKey_error(Some(&yes), NSURLIsExcludedFromBackupKey) };
    done.map_err(|error| io::Error::other(error.localizedDescription().to_string()))
}
