//! What must not compile with a secret.

#[test]
fn a_secret_is_not_cloned_compared_serialized_or_displayed() {
    trybuild::TestCases::new().compile_fail("tests/ui/*.rs");
}
