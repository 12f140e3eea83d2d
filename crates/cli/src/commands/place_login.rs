//! Who a place is asked as.

use std::path::Path;

use satchel_ports::PlaceLogin;
use satchel_secrets::SecretText;
use satchel_wire::IpcError;

use crate::args::LoginArgs;
use crate::secret_input;

/// Reads the password that belongs to a name, from a file or from who sits there. No name: nobody logs in.
pub(super) fn logged_in(login: LoginArgs) -> Result<Option<PlaceLogin>, IpcError> {
    let Some(user) = login.user else {
        return Ok(None);
    };
    let password = password_of_place(login.password_file.as_deref())?;
    Ok(Some(PlaceLogin { user, password }))
}

/// Reads the password of a place.
pub(super) fn password_of_place(file: Option<&Path>) -> Result<SecretText, IpcError> {
    match file {
        Some(path) => secret_input::first_line(path),
        None => secret_input::ask("Password of the place: "),
    }
}
