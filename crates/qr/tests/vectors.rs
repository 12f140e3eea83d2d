//! Frames that others made.

use satchel_qr::{Code, Collect, Density, Kind, Payload, Show, Took};

/// `tests/data/real-scan.txt` of BBQr's own repository: its specification as a camera read it from a screen, each
/// frame once.
const BBQR: &str = include_str!("vectors/bbqr-real-scan.txt");

/// BCR-2020-006, `crypto-psbt`: its resource and its bytes.
const PSBT_UR: &str = "ur:crypto-psbt/hdosjojkidjyzmadaenyaoaeaeaeaohdvsknclrejnpebncnrnmnjojofejzeojlkerdonspkpkkdkykfelokgprpyutkpaeaeaeaeaezmzmzmzmlslgaaditiwpihbkispkfgrkbdaslewdfycprtjsprsgksecdratkkhktikewdcaadaeaeaeaezmzmzmzmaojopkwtayaeaeaeaecmaebbtphhdnjstiambdassoloimwmlyhygdnlcatnbggtaevyykahaeaeaeaecmaebbaeplptoevwwtyakoonlourgofgvsjydpcaltaemyaeaeaeaeaeaeaeaeaebkgdcarh";
const PSBT: &str = "70736274ff01009a020000000258e87a21b56daf0c23be8e7070456c336f7cbaa5c8757924f545887bb2abdd750000000000ffffffff838d0427d0ec650a68aa46bb0b098aea4422c071b2ca78352a077959d07cea1d0100000000ffffffff0270aaf00800000000160014d85c2b71d0060b09c9886aeb815e50991dda124d00e1f5050000000016001400aea9a2e5f0f876a588df5546e8742d1d87008f000000000000000000";

/// The reference implementation's 256 bytes of "Wolf" in nine fragments, and eleven mixtures of them.
const WOLF: [&str; 20] = [
    "ur:bytes/1-9/lpadascfadaxcywenbpljkhdcahkadaemejtswhhylkepmykhhtsytsnoyoyaxaedsuttydmmhhpktpmsrjtdkgslpgh",
    "ur:bytes/2-9/lpaoascfadaxcywenbpljkhdcagwdpfnsboxgwlbaawzuefywkdplrsrjynbvygabwjldapfcsgmghhkhstlrdcxaefz",
    "ur:bytes/3-9/lpaxascfadaxcywenbpljkhdcahelbknlkuejnbadmssfhfrdpsbiegecpasvssovlgeykssjykklronvsjksopdzmol",
    "ur:bytes/4-9/lpaaascfadaxcywenbpljkhdcasotkhemthydawydtaxneurlkosgwcekonertkbrlwmplssjtammdplolsbrdzcrtas",
    "ur:bytes/5-9/lpahascfadaxcywenbpljkhdcatbbdfmssrkzmcwnezelennjpfzbgmuktrhtejscktelgfpdlrkfyfwdajldejokbwf",
    "ur:bytes/6-9/lpamascfadaxcywenbpljkhdcackjlhkhybssklbwefectpfnbbectrljectpavyrolkzczcpkmwidmwoxkilghdsowp",
    "ur:bytes/7-9/lpatascfadaxcywenbpljkhdcavszmwnjkwtclrtvaynhpahrtoxmwvwatmedibkaegdosftvandiodagdhthtrlnnhy",
    "ur:bytes/8-9/lpayascfadaxcywenbpljkhdcadmsponkkbbhgsoltjntegepmttmoonftnbuoiyrehfrtsabzsttorodklubbuyaetk",
    "ur:bytes/9-9/lpasascfadaxcywenbpljkhdcajskecpmdckihdyhphfotjojtfmlnwmadspaxrkytbztpbauotbgtgtaeaevtgavtny",
    "ur:bytes/10-9/lpbkascfadaxcywenbpljkhdcahkadaemejtswhhylkepmykhhtsytsnoyoyaxaedsuttydmmhhpktpmsrjtwdkiplzs",
    "ur:bytes/11-9/lpbdascfadaxcywenbpljkhdcahelbknlkuejnbadmssfhfrdpsbiegecpasvssovlgeykssjykklronvsjkvetiiapk",
    "ur:bytes/12-9/lpbnascfadaxcywenbpljkhdcarllaluzmdmgstospeyiefmwejlwtpedamktksrvlcygmzemovovllarodtmtbnptrs",
    "ur:bytes/13-9/lpbtascfadaxcywenbpljkhdcamtkgtpknghchchyketwsvwgwfdhpgmgtylctotzopdrpayoschcmhplffziachrfgd",
    "ur:bytes/14-9/lpbaascfadaxcywenbpljkhdcapazewnvonnvdnsbyleynwtnsjkjndeoldydkbkdslgjkbbkortbelomueekgvstegt",
    "ur:bytes/15-9/lpbsascfadaxcywenbpljkhdcaynmhpddpzmversbdqdfyrehnqzlugmjzmnmtwmrouohtstgsbsahpawkditkckynwt",
    "ur:bytes/16-9/lpbeascfadaxcywenbpljkhdcawygekobamwtlihsnpalnsghenskkiynthdzotsimtojetprsttmukirlrsbtamjtpd",
    "ur:bytes/17-9/lpbyascfadaxcywenbpljkhdcamklgftaxykpewyrtqzhydntpnytyisincxmhtbceaykolduortotiaiaiafhiaoyce",
    "ur:bytes/18-9/lpbgascfadaxcywenbpljkhdcahkadaemejtswhhylkepmykhhtsytsnoyoyaxaedsuttydmmhhpktpmsrjtntwkbkwy",
    "ur:bytes/19-9/lpbwascfadaxcywenbpljkhdcadekicpaajootjzpsdrbalpeywllbdsnbinaerkurspbncxgslgftvtsrjtksplcpeo",
    "ur:bytes/20-9/lpbbascfadaxcywenbpljkhdcayapmrleeleaxpasfrtrdkncffwjyjzgyetdmlewtkpktgllepfrltataztksmhkbot",
];

fn collect<'a>(frames: impl IntoIterator<Item = &'a str>) -> Option<Payload> {
    let mut collect = Collect::new();
    frames
        .into_iter()
        .find_map(|frame| match collect.take(frame) {
            Ok(Took::Done(payload)) => Some(payload),
            Ok(_) => None,
            Err(error) => panic!("{frame}: {error}"),
        })
}

fn bytes_of(hex: &str) -> Vec<u8> {
    let digits: Vec<u8> = hex.bytes().collect();
    digits
        .chunks(2)
        .map(|pair| {
            let pair = std::str::from_utf8(pair).expect("ASCII");
            u8::from_str_radix(pair, 16).expect("hex")
        })
        .collect()
}

#[test]
fn bbqr_s_own_scan_is_read() {
    let payload = collect(BBQR.lines()).expect("all eight are there");
    assert_eq!(payload.kind, Kind::Text);
    let text = String::from_utf8(payload.bytes).expect("it says that it is Unicode");
    assert!(text.starts_with("# The BBQr Protocol") && text.len() == 12_518);
    assert_eq!(collect(BBQR.lines().skip(1)), None);
}

#[test]
fn the_registry_s_psbt_is_read_and_written() {
    let psbt = Payload {
        kind: Kind::Psbt,
        bytes: bytes_of(PSBT),
    };
    assert_eq!(collect([PSBT_UR]), Some(psbt.clone()));
    let renamed = PSBT_UR.replace("crypto-psbt", "psbt");
    assert_eq!(collect([&renamed[..]]), Some(psbt.clone()));
    let upper = PSBT_UR.to_ascii_uppercase();
    assert_eq!(collect([&upper[..]]), Some(psbt.clone()));
    let mut show = Show::new(&psbt, Code::Ur, Density::Medium).expect("it is small");
    assert_eq!(show.next_frame(), upper);
}

#[test]
fn mixtures_of_the_reference_stand_in_for_any_fragment_that_is_lost() {
    let whole = collect(WOLF).expect("the first nine are the fragments");
    assert_eq!((whole.kind, whole.bytes.len()), (Kind::Bytes, 256));
    // The fifth is in none of these mixtures.
    for lost in (0..9).filter(|at| *at != 4) {
        let others = WOLF.iter().enumerate().filter(|(at, _)| *at != lost);
        let read = collect(others.map(|(_, frame)| *frame));
        assert_eq!(read, Some(whole.clone()), "without {lost}");
    }
}

#[test]
fn parts_whose_text_and_content_disagree_are_refused() {
    for (from, to) in [
        ("1-9", "2-9"),
        ("1-9", "1-8"),
        ("1-9", "01-9"),
        ("1-9", "+1-9"),
        ("1-9", "0-9"),
    ] {
        let frame = WOLF[0].replacen(from, to, 1);
        assert!(Collect::new().take(&frame).is_err(), "{frame}");
    }
}
