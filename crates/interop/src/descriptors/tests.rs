use super::*;

const XPUB: &str = "tpubDDfvzhdVV4unsoKt5aE6dcsNsfeWbTgmLZPi8LQDYU2xixrYemMfWJ3BaVneH3u7DBQePdTwhpybaKRU95pi6PMUtLPBJLVQRpzEnjfjZzX";
const OTHER: &str = "tpubDC5FSnBiZDMmhiuCmWAYsLwgLYrrT9rAqvTySfuCCrgsWz8wxMXUS9Tb9iVMvcRbvFcAHGkMD5Kx8koh4GquNGNTfohfk7pgjhaPCdXpoba";

fn taproot() -> DescriptorRecord {
    let with_checksum = |side: u32| {
        let text = format!("tr([73c5da0a/86'/1'/0']{XPUB}/{side}/*)");
        descriptor(&text).expect("a descriptor").to_string()
    };
    DescriptorRecord {
        external: with_checksum(0),
        internal: Some(with_checksum(1)),
        last_index: Some(41),
        birth_time: Some(1_700_000_000),
    }
}

fn counting() -> impl FnMut(&mut [u8]) -> Result<(), std::convert::Infallible> {
    let mut next = 0u8;
    move |bytes| {
        for byte in bytes {
            next = next.wrapping_add(1);
            *byte = next;
        }
        Ok(())
    }
}

#[test]
fn whoever_has_the_key_reads_it_and_nobody_else() {
    let sealed = seal_descriptors(&[taproot()], counting()).expect("sealed");
    assert!(sealed.starts_with(b"BIP138"));
    for key in [
        XPUB.to_owned(),
        format!("[73c5da0a/86'/1'/0']{XPUB}"),
        format!("{XPUB}/0/*"),
        taproot().external,
    ] {
        assert_eq!(
            open_descriptors(&sealed, &[&key]),
            Ok(vec![taproot()]),
            "{key}"
        );
        assert_eq!(
            open_descriptors(&sealed, &[OTHER, &key]),
            Ok(vec![taproot()])
        );
    }
    assert_eq!(
        open_descriptors(&sealed, &[OTHER]),
        Err(OpenDescriptorsError::WrongKey)
    );
    for none in ["", "xpub", "tr()", &XPUB[..80]] {
        assert_eq!(
            open_descriptors(&sealed, &[none]),
            Err(OpenDescriptorsError::NoKey)
        );
    }
}

#[test]
fn a_backup_shows_neither_key_nor_descriptor_nor_how_many_wallets() {
    let sealed = |count: usize| {
        let records = vec![taproot(); count];
        seal_descriptors(&records, counting()).expect("sealed")
    };
    let one = sealed(1);
    for clear in [&XPUB[4..40], "73c5da0a", "tr("] {
        let clear = clear.as_bytes();
        assert!(!one.windows(clear.len()).any(|window| window == clear));
    }
    assert_eq!(one.len(), sealed(3).len(), "padded to the same size");
}

#[test]
fn what_is_cut_or_changed_is_refused() {
    let sealed = seal_descriptors(&[taproot()], counting()).expect("sealed");
    for cut in (0..sealed.len()).step_by(7) {
        assert!(open_descriptors(&sealed[..cut], &[XPUB]).is_err(), "{cut}");
    }
    let mut changed = 0;
    for at in (0..sealed.len()).step_by(5) {
        let mut bytes = sealed.clone();
        bytes[at] ^= 1;
        // The list of paths and the decoys are not authenticated by the format; they tell nothing.
        match open_descriptors(&bytes, &[XPUB]) {
            Ok(records) => assert_eq!(records, [taproot()], "byte {at}"),
            Err(_) => changed += 1,
        }
    }
    assert!(changed > sealed.len() / 10, "{changed} of {}", sealed.len());
    assert_eq!(
        open_descriptors(&vec![0; MAX_BACKUP as usize + 1], &[XPUB]),
        Err(OpenDescriptorsError::TooLarge)
    );
}

#[test]
fn what_has_no_key_is_not_sealed() {
    let literal = "tr(a0434d9e47f3c86235477c7b1ae6ae5d3442d49b1943c2b752a68e2a47e247c7)";
    for external in [literal, "no descriptor"] {
        let record = DescriptorRecord {
            external: external.to_owned(),
            internal: None,
            last_index: None,
            birth_time: None,
        };
        assert!(matches!(
            seal_descriptors(&[record], counting()),
            Err(SealDescriptorsError::Descriptor)
        ));
    }
}
