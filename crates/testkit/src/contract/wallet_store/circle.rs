//! Laws of the circle's record and objects.

use satchel_ports::WalletStore;
use satchel_types::{
    BlobName, CircleId, CircleRecord, DeviceId, PlaceAddress, PlaceId, PlaceRecord, StreamId,
    Timestamp, Write,
};

use super::{Law, apply};

pub(super) const LAWS: &[Law] = &[
    there_is_no_circle_until_one_is_put,
    an_object_is_kept_whole_and_replaced_whole,
    marks_are_of_one_place,
    places_are_kept_in_the_order_they_were_added,
    leaving_forgets_everything_of_the_circle,
];

fn record() -> CircleRecord {
    CircleRecord {
        id: CircleId::from_bytes([1; 16]),
        owner: [2; 32],
        device: DeviceId::from_bytes([3; 16]),
        shared_stream: StreamId::from_bytes([4; 16]),
        seeds_stream: StreamId::from_bytes([5; 16]),
        sealed_keys: vec![6; 100],
        sealed_owner: None,
        joined_at: Timestamp::from_secs(7),
    }
}

/// Names whose order as values differs from that of their texts: `keys/` and `s/` apart, `.seg`
/// and `.snap` of one number.
fn names() -> [BlobName; 4] {
    [
        "keys/00000001-000102030405060708090a0b0c0d0e0f.key",
        "s/000102030405060708090a0b0c0d0e0f/0000000000000001-000102030405060708090a0b0c0d0e0f.seg",
        "s/000102030405060708090a0b0c0d0e0f/0000000000000002-000102030405060708090a0b0c0d0e0f.seg",
        "s/000102030405060708090a0b0c0d0e0f/0000000000000000-000102030405060708090a0b0c0d0e0f.snap",
    ]
    .map(|text| text.parse().expect("a name"))
}

fn there_is_no_circle_until_one_is_put(store: &dyn WalletStore) {
    assert_eq!(store.circle().expect("healthy"), None);
    apply(store, [Write::PutCircle(Box::new(record()))]);
    assert_eq!(store.circle().expect("healthy"), Some(record()));
    let other = CircleRecord {
        sealed_owner: Some(vec![8; 60]),
        shared_stream: StreamId::from_bytes([9; 16]),
        ..record()
    };
    apply(store, [Write::PutCircle(Box::new(other.clone()))]);
    assert_eq!(store.circle().expect("healthy"), Some(other));
}

fn an_object_is_kept_whole_and_replaced_whole(store: &dyn WalletStore) {
    let names = names();
    assert_eq!(store.objects().expect("healthy"), []);
    assert_eq!(store.object(&names[0]).expect("healthy"), None);
    for (i, name) in names.iter().enumerate().rev() {
        apply(store, [Write::KeepObject(*name, vec![1; 10 + i])]);
    }
    let kept = store.objects().expect("healthy");
    assert_eq!(kept.iter().map(|row| row.name).collect::<Vec<_>>(), names);
    assert_eq!(
        kept.iter().map(|row| row.len).collect::<Vec<_>>(),
        [10, 11, 12, 13]
    );
    let big = vec![7; 200_000];
    apply(store, [Write::KeepObject(names[1], big.clone())]);
    assert_eq!(store.object(&names[1]).expect("healthy"), Some(big));
    assert_eq!(store.objects().expect("healthy")[1].len, 200_000);
}

fn marks_are_of_one_place(store: &dyn WalletStore) {
    let names = names();
    let mark = |place: &str, seen: &[BlobName], lost: &[BlobName]| Write::MarkObjects {
        place: place.to_owned(),
        seen: seen.to_vec(),
        lost: lost.to_vec(),
    };
    apply(
        store,
        [mark("a", &names[..3], &[]), mark("b", &names[3..], &[])],
    );
    apply(store, [mark("a", &names[..1], &names[1..2])]);
    assert_eq!(
        store.marks("a").expect("healthy"),
        [names[0], names[2]],
        "seen twice is seen once; lost is lost"
    );
    assert_eq!(store.marks("b").expect("healthy"), [names[3]]);
    assert_eq!(store.marks("c").expect("healthy"), []);
}

fn place(number: u8, address: PlaceAddress) -> PlaceRecord {
    PlaceRecord {
        id: PlaceId::from_bytes([number; 16]),
        address,
        user: None,
        sealed_password: None,
        added_at: Timestamp::from_secs(u64::from(number)),
        last_round_at: None,
        lost: 0,
    }
}

fn places_are_kept_in_the_order_they_were_added(store: &dyn WalletStore) {
    assert_eq!(store.places().expect("healthy"), []);
    let mut folder = place(3, PlaceAddress::Folder("/media/stick".to_owned()));
    let server = PlaceRecord {
        user: Some("alice".to_owned()),
        sealed_password: Some(vec![1, 2, 3]),
        ..place(2, PlaceAddress::WebDav("https://dav.example/".to_owned()))
    };
    let bucket = place(
        1,
        PlaceAddress::S3 {
            endpoint: "https://s3.example".to_owned(),
            bucket: "things".to_owned(),
            region: "us-east-1".to_owned(),
        },
    );
    for record in [&folder, &server, &bucket] {
        apply(store, [Write::PutPlace(Box::new(record.clone()))]);
    }
    folder.last_round_at = Some(Timestamp::from_secs(99));
    folder.lost = 3;
    apply(store, [Write::PutPlace(Box::new(folder.clone()))]);
    assert_eq!(
        store.places().expect("healthy"),
        [bucket.clone(), server.clone(), folder]
    );
    what_a_round_found_is_noted_beside_what_was_changed_meanwhile(store, &server);
    let name = server.id.to_string();
    apply(
        store,
        [
            Write::MarkObjects {
                place: name.clone(),
                seen: names().to_vec(),
                lost: Vec::new(),
            },
            Write::RemovePlace(server.id),
            Write::RemovePlace(server.id),
        ],
    );
    assert_eq!(store.marks(&name).expect("healthy"), []);
    assert_eq!(store.places().expect("healthy").len(), 2);
}

fn what_a_round_found_is_noted_beside_what_was_changed_meanwhile(
    store: &dyn WalletStore,
    server: &PlaceRecord,
) {
    let found = |id| {
        let places = store.places().expect("healthy");
        places
            .into_iter()
            .find(|place: &PlaceRecord| place.id == id)
    };
    let note = |id, round_at: Option<u64>, lost| Write::NotePlace {
        id,
        round_at: round_at.map(Timestamp::from_secs),
        lost,
    };
    apply(store, [Write::PutPlacePassword(server.id, vec![7])]);
    apply(store, [note(server.id, Some(5), None)]);
    apply(store, [note(server.id, None, Some(2))]);
    let mut noted = PlaceRecord {
        sealed_password: Some(vec![7]),
        last_round_at: Some(Timestamp::from_secs(5)),
        lost: 2,
        ..server.clone()
    };
    assert_eq!(found(server.id), Some(noted.clone()));
    apply(store, [note(server.id, Some(6), Some(0))]);
    noted.last_round_at = Some(Timestamp::from_secs(6));
    noted.lost = 0;
    assert_eq!(found(server.id), Some(noted));
    let folder = PlaceId::from_bytes([3; 16]);
    apply(store, [Write::PutPlacePassword(folder, vec![7])]);
    let folder = found(folder).expect("it is there");
    assert_eq!(folder.sealed_password, None, "nobody logs in there");
    // Whoever was forgotten is not brought back by what a round found.
    let nowhere = PlaceId::from_bytes([9; 16]);
    apply(
        store,
        [
            note(nowhere, Some(1), Some(1)),
            Write::PutPlacePassword(nowhere, vec![1]),
        ],
    );
    assert_eq!(store.places().expect("healthy").len(), 3);
}

fn leaving_forgets_everything_of_the_circle(store: &dyn WalletStore) {
    let names = names();
    apply(
        store,
        [
            Write::PutCircle(Box::new(record())),
            Write::KeepObject(names[0], vec![1]),
            Write::PutPlace(Box::new(place(1, PlaceAddress::Folder("/x".to_owned())))),
            Write::MarkObjects {
                place: "a".to_owned(),
                seen: names.to_vec(),
                lost: Vec::new(),
            },
            Write::LeaveCircle,
        ],
    );
    assert_eq!(store.circle().expect("healthy"), None);
    assert_eq!(store.objects().expect("healthy"), []);
    assert_eq!(store.marks("a").expect("healthy"), []);
    assert_eq!(store.places().expect("healthy"), []);
    apply(store, [Write::LeaveCircle]);
}
