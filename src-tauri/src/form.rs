//! Which form the program has: windows beside each other, or one view at a time.

/// Returns whether it runs on a phone, where one view lies over the one before.
#[cfg(not(feature = "dangerous-e2e"))]
pub fn is_phone() -> bool {
    cfg!(mobile)
}

/// Returns whether it runs on a phone, or is to do as if. A desktop's window can be driven in a phone's form that way.
#[cfg(feature = "dangerous-e2e")]
pub fn is_phone() -> bool {
    cfg!(mobile) || std::env::var_os("SATCHEL_FORM").is_some_and(|form| form == "phone")
}
