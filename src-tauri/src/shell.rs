//! placeholder
use satchel_wire::{Code, IpcError};
/// State.
pub struct Shell;
impl Shell {
    /// .
    pub fn not_yet<T>(&self) -> Result<T, IpcError> {
        Err(IpcError::new(Code::Internal, "this part is not built yet"))
    }
}
