//! What must not compile with consent.

#[test]
fn consent_is_not_made_copied_reused_or_bent_to_another_act() {
    trybuild::TestCases::new().compile_fail("tests/ui/*.rs");
}
