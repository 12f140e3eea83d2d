//! What the owner has to hear of, and payments that want the same coin.

use satchel_wire::notice::{NoticeList, Rival, RivalStage};

use super::{Human, moment};

impl Human for NoticeList {
    fn human(&self) -> String {
        if self.notices.is_empty() {
            return "Nothing to tell.".to_owned();
        }
        let lines = self.notices.iter().map(|notice| {
            let away = notice.dismissed_at.map_or("", |_| ", put away");
            let wallet = notice.wallet.as_ref();
            let wallet = wallet.map_or_else(String::new, |name| format!(", wallet {name}"));
            format!(
                "{}\n  {}{wallet}, {}{away}",
                notice.text,
                notice.id,
                moment(notice.at)
            )
        });
        lines.collect::<Vec<_>>().join("\n")
    }
}

/// Says which other payment wants the same coins.
pub(super) fn rival(rival: &Rival) -> String {
    let whose = match rival.devices.as_slice() {
        [] => "nobody known".to_owned(),
        names => names.join(" and "),
    };
    let stage = match rival.stage {
        RivalStage::Reserved => "being prepared",
        RivalStage::Signed => "signed",
        RivalStage::Sent => "sent",
    };
    let draft = rival
        .draft_id
        .as_ref()
        .map_or(String::new(), |id| format!(", draft {id}"));
    format!("payment {} by {whose} ({stage}{draft})", rival.txid)
}
