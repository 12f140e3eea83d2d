//! Whether a server could not prove that it is itself.

use std::error::Error;

/// Returns whether a request failed because the server's certificate is not known or not valid, as of a proxy that
/// stands between, or of a server that signs its own. Nothing of the request was sent then.
#[must_use]
pub fn is_untrusted(error: &reqwest::Error) -> bool {
    let mut next: Option<&(dyn Error + 'static)> = error.source();
    while let Some(error) = next {
        if is_certificate(error) {
            return true;
        }
        // What an `io::Error` carries is not its source: that is the source of what it carries.
        let carried = error
            .downcast_ref::<std::io::Error>()
            .and_then(std::io::Error::get_ref);
        next = match carried {
            Some(carried) => Some(carried),
            None => error.source(),
        };
    }
    false
}

fn is_certificate(error: &(dyn Error + 'static)) -> bool {
    matches!(
        error.downcast_ref(),
        Some(rustls::Error::InvalidCertificate(_))
    )
}
