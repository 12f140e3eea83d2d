use satchel_secrets::SecretText;

fn main() {
    let words = SecretText::new("legal winner".to_owned());
    tracing::info!(%words, "a wallet was made");
    tracing::info!(words, "a wallet was made");
}
