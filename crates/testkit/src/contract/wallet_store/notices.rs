//! Laws of what several devices make of one wallet: reservations, addresses set aside, notices.

use satchel_ports::WalletStore;
use satchel_types::{
    ChainSide, DeviceId, HandOut, Lease, Notice, NoticeId, NoticeKind, PaymentFate, StreamId,
    Timestamp, WalletId, Write,
};

use super::{Law, apply, is_unknown, wallet};
use crate::rows;

pub(super) const LAWS: &[Law] = &[
    a_reservation_is_never_shortened,
    an_address_is_handed_out_once,
    a_lease_is_replaced_whole,
    what_was_put_away_stays_so_whatever_is_learned_later,
    notices_go_with_their_wallet,
];

fn at(secs: u64) -> Timestamp {
    Timestamp::from_secs(secs)
}

/// A notice of each kind.
pub(super) fn notices(id: WalletId) -> [Notice; 4] {
    [
        Notice {
            id: NoticeId::from_bytes([1; 16]),
            wallet: Some(id),
            kind: NoticeKind::PaymentReplaced {
                payment: rows::txid(1),
                sent_by: None,
                to: Some("rent".into()),
                by: rows::txid(2),
                by_device: None,
            },
            at: at(5),
            dismissed_at: None,
        },
        Notice {
            id: NoticeId::from_bytes([2; 16]),
            wallet: Some(id),
            kind: NoticeKind::AddressTwice {
                address: rows::address(3),
                index: 3,
                other: DeviceId::from_bytes([4; 16]),
            },
            at: at(5),
            dismissed_at: None,
        },
        Notice {
            id: NoticeId::from_bytes([3; 16]),
            wallet: Some(id),
            kind: NoticeKind::BundleOlder { unknown: 7 },
            at: at(5),
            dismissed_at: None,
        },
        Notice {
            id: NoticeId::from_bytes([4; 16]),
            wallet: None,
            kind: NoticeKind::DeviceAdded {
                device: DeviceId::from_bytes([5; 16]),
                by: Some(DeviceId::from_bytes([6; 16])),
            },
            at: at(5),
            dismissed_at: None,
        },
    ]
}

fn a_reservation_is_never_shortened(store: &dyn WalletStore) {
    let (id, other) = (wallet(store, 1), wallet(store, 2));
    let of = |id| store.reservations(id).expect("healthy");
    assert_eq!(of(id), []);
    apply(store, [Write::Reserve(id, rows::txid(1), at(10))]);
    apply(store, [Write::Reserve(id, rows::txid(1), at(9))]);
    assert_eq!(of(id), [(rows::txid(1), at(10))]);
    apply(store, [Write::Reserve(id, rows::txid(1), at(11))]);
    assert_eq!(of(id), [(rows::txid(1), at(11))]);
    assert_eq!(of(other), []);
    apply(
        store,
        [Write::DecidePayment(
            id,
            rows::txid(1),
            PaymentFate::Confirmed,
        )],
    );
    assert_eq!(of(id), [], "nothing is kept for what is decided");
    assert!(is_unknown(store.reservations(rows::wallet_id(9))));
}

fn an_address_is_handed_out_once(store: &dyn WalletStore) {
    let id = wallet(store, 1);
    let row = |index, secs, unsure| HandOut {
        side: ChainSide::Receive,
        index,
        at: at(secs),
        unsure,
    };
    apply(store, [Write::HandOut(id, row(7, 5, true))]);
    apply(store, [Write::HandOut(id, row(2, 6, false))]);
    apply(store, [Write::HandOut(id, row(7, 9, false))]);
    let change = HandOut {
        side: ChainSide::Change,
        ..row(2, 8, true)
    };
    apply(store, [Write::HandOut(id, change)]);
    let rows = store.hand_outs(id).expect("healthy");
    assert_eq!(rows, [row(2, 6, false), row(7, 5, true), change]);
}

fn a_lease_is_replaced_whole(store: &dyn WalletStore) {
    let id = wallet(store, 1);
    let lease = |index, seq, confirmed| Lease {
        side: ChainSide::Receive,
        index,
        stream: StreamId::from_bytes([3; 16]),
        seq,
        confirmed,
    };
    for row in [lease(4, 1, false), lease(3, 1, false), lease(4, 2, true)] {
        apply(store, [Write::PutLease(id, row)]);
    }
    let change = Lease {
        side: ChainSide::Change,
        ..lease(4, 3, false)
    };
    apply(store, [Write::PutLease(id, change)]);
    let rows = store.leases(id).expect("healthy");
    assert_eq!(rows, [lease(3, 1, false), lease(4, 2, true), change]);
    apply(store, [Write::LeaveCircle]);
    assert_eq!(store.leases(id).expect("healthy"), []);
}

fn what_was_put_away_stays_so_whatever_is_learned_later(store: &dyn WalletStore) {
    let id = wallet(store, 1);
    let [first, second, third, fourth] = notices(id);
    for notice in [&first, &second, &third, &fourth] {
        apply(store, [Write::PutNotice(Box::new(notice.clone()))]);
    }
    let listed = store.notices().expect("healthy");
    let newest_first = [fourth.clone(), third.clone(), second.clone(), first.clone()];
    assert_eq!(listed, newest_first);
    apply(store, [Write::DismissNotice(first.id, at(8))]);
    apply(store, [Write::DismissNotice(first.id, at(9))]);
    let mut learned = first.clone();
    learned.at = at(20);
    if let NoticeKind::PaymentReplaced { by_device, .. } = &mut learned.kind {
        *by_device = Some(DeviceId::from_bytes([7; 16]));
    }
    apply(store, [Write::PutNotice(Box::new(learned.clone()))]);
    learned.at = first.at;
    learned.dismissed_at = Some(at(8));
    let listed = store.notices().expect("healthy");
    assert_eq!(listed, [fourth, third, second, learned]);
    apply(
        store,
        [Write::DismissNotice(NoticeId::from_bytes([9; 16]), at(1))],
    );
}

fn notices_go_with_their_wallet(store: &dyn WalletStore) {
    let (id, other) = (wallet(store, 1), wallet(store, 2));
    let [first, mut second, _, fourth] = notices(id);
    second.wallet = Some(other);
    for notice in [&first, &second, &fourth] {
        apply(store, [Write::PutNotice(Box::new(notice.clone()))]);
    }
    apply(store, [Write::RemoveWallet(id)]);
    let left = [fourth, second];
    assert_eq!(
        store.notices().expect("healthy"),
        left,
        "of no wallet, and of another"
    );
    assert!(is_unknown(
        store.apply(&Write::PutNotice(Box::new(first)).into())
    ));
}
