//! Drafts.

use bitcoin::Amount;
use satchel_ports::WalletStore;
use satchel_types::{Draft, DraftPurpose, DraftState, Recipient, Timestamp, Write};

use super::{Law, apply, wallet};
use crate::rows;

pub(super) const LAWS: &[Law] = &[
    a_draft_comes_back_as_it_was_written,
    a_draft_is_replaced_and_removed,
    drafts_are_listed_newest_first,
    what_acted_long_ago_is_forgotten,
];

fn put(store: &dyn WalletStore, draft: &Draft) {
    apply(store, [Write::PutDraft(Box::new(draft.clone()))]);
}

/// Drafts have no equality of their own, since PSBTs are compared by their bytes.
#[track_caller]
fn assert_same(found: Option<Draft>, draft: &Draft) {
    let found = found.expect("the draft is there");
    assert_eq!(found.psbt.serialize(), draft.psbt.serialize());
    assert_eq!(format!("{found:?}"), format!("{draft:?}"));
}

fn a_draft_comes_back_as_it_was_written(store: &dyn WalletStore) {
    let id = wallet(store, 1);
    let txid = rows::txid(9);
    let purposes = [
        DraftPurpose::Payment,
        DraftPurpose::Cancel(txid),
        DraftPurpose::Bump(txid),
    ];
    let states = [
        DraftState::Open,
        DraftState::Signed { txid },
        DraftState::Broadcast { txid },
    ];
    let mut n = 0;
    for purpose in purposes {
        for state in states {
            n += 1;
            let mut draft = rows::draft(n, id);
            draft.purpose = purpose;
            draft.state = state;
            draft.label = (n % 2 == 0).then(|| "rent".into());
            draft.change = (n % 3 == 0).then(|| Amount::from_sat(1));
            draft.recipients = (0..n % 4)
                .map(|n| Recipient {
                    address: rows::address(n),
                    amount: Amount::from_sat(u64::from(n)),
                })
                .collect();
            put(store, &draft);
            assert_same(store.draft(draft.id).expect("an answer"), &draft);
        }
    }
    assert!(
        store
            .draft(rows::draft_id(99))
            .expect("an answer")
            .is_none()
    );
}

fn a_draft_is_replaced_and_removed(store: &dyn WalletStore) {
    let id = wallet(store, 1);
    let mut draft = rows::draft(1, id);
    draft.recipients.extend(rows::draft(5, id).recipients);
    put(store, &draft);
    put(store, &rows::draft(2, id));
    draft.recipients.truncate(1);
    draft.state = DraftState::Signed {
        txid: rows::txid(3),
    };
    draft.psbt.inputs[0].final_script_sig = Some(rows::script(1));
    for _ in 0..2 {
        put(store, &draft);
        assert_same(store.draft(draft.id).expect("an answer"), &draft);
    }
    for _ in 0..2 {
        apply(store, [Write::RemoveDraft(draft.id)]);
        assert!(store.draft(draft.id).expect("an answer").is_none());
    }
    assert_eq!(store.drafts(id).expect("a list").len(), 1);
}

fn drafts_are_listed_newest_first(store: &dyn WalletStore) {
    let (id, other) = (wallet(store, 1), wallet(store, 2));
    for n in [2, 5, 3] {
        put(store, &rows::draft(n, id));
    }
    put(store, &rows::draft(9, other));
    // Of the same second, the one that came later.
    let mut twin = rows::draft(4, id);
    twin.created_at = Timestamp::from_secs(5);
    put(store, &twin);
    put(store, &rows::draft(2, id));
    let listed: Vec<_> = store.drafts(id).expect("a list");
    let listed: Vec<_> = listed.iter().map(|draft| draft.id).collect();
    assert_eq!(listed, [4, 5, 3, 2].map(rows::draft_id));
}

fn what_acted_long_ago_is_forgotten(store: &dyn WalletStore) {
    let id = wallet(store, 1);
    let txid = rows::txid(9);
    let states = [
        DraftState::Open,
        DraftState::Signed { txid },
        DraftState::Broadcast { txid },
    ];
    for n in 0..9 {
        let mut draft = rows::draft(n, id);
        draft.state = states[n as usize % 3];
        draft.created_at = Timestamp::from_secs(n.into());
        put(store, &draft);
        let request = Write::PutRequest {
            id: rows::request_id(n),
            outcome: "done".into(),
            at: Timestamp::from_secs(n.into()),
        };
        apply(store, [request]);
    }
    for _ in 0..2 {
        apply(store, [Write::ForgetBefore(Timestamp::from_secs(5))]);
        for n in 0..9 {
            let request = store.request(rows::request_id(n)).expect("an answer");
            assert_eq!(request.is_some(), n >= 5, "request {n}");
            // Sent are 2, 5 and 8; what was not sent stays for ever.
            let draft = store.draft(rows::draft_id(n)).expect("an answer");
            assert_eq!(draft.is_some(), n != 2, "draft {n}");
        }
    }
}
