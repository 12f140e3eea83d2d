//! CBOR (RFC 8949) in deterministic form, as far as the document uses it.

/// An item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Item {
    Uint(u64),
    Bytes(Vec<u8>),
    Text(String),
    Array(Vec<Item>),
    Map(Vec<(u64, Item)>),
    Null,
}

impl Item {
    pub fn bytes(bytes: &[u8]) -> Self {
        Self::Bytes(bytes.to_vec())
    }

    pub fn text(text: &str) -> Self {
        Self::Text(text.to_owned())
    }

    pub fn uints(values: &[u64]) -> Self {
        Self::Array(values.iter().map(|value| Self::Uint(*value)).collect())
    }

    pub fn texts(values: &[&str]) -> Self {
        Self::Array(values.iter().map(|text| Self::text(text)).collect())
    }

    pub fn encoded(&self) -> Vec<u8> {
        let mut out = Vec::new();
        self.write(&mut out);
        out
    }

    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::Uint(value) => head(0, *value, out),
            Self::Bytes(bytes) => {
                head(2, bytes.len() as u64, out);
                out.extend(bytes);
            }
            Self::Text(text) => {
                head(3, text.len() as u64, out);
                out.extend(text.as_bytes());
            }
            Self::Array(items) => {
                head(4, items.len() as u64, out);
                items.iter().for_each(|item| item.write(out));
            }
            Self::Map(pairs) => {
                head(5, pairs.len() as u64, out);
                for (key, value) in pairs {
                    Self::Uint(*key).write(out);
                    value.write(out);
                }
            }
            Self::Null => out.push(0xf6),
        }
    }

    /// Reads one item and nothing after it.
    pub fn decoded(bytes: &[u8]) -> Self {
        let (item, rest) = read(bytes);
        assert!(rest.is_empty(), "{} bytes after an item", rest.len());
        item
    }

    pub fn as_array(&self) -> &[Self] {
        match self {
            Self::Array(items) => items,
            other => panic!("no array: {other:?}"),
        }
    }

    pub fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Bytes(bytes) => bytes,
            other => panic!("no bytes: {other:?}"),
        }
    }

    pub fn as_uint(&self) -> u64 {
        match self {
            Self::Uint(value) => *value,
            other => panic!("no integer: {other:?}"),
        }
    }

    /// The value under a key of a map.
    pub fn at(&self, wanted: u64) -> &Self {
        let Self::Map(pairs) = self else {
            panic!("no map: {self:?}")
        };
        let found = pairs.iter().find(|(key, _)| *key == wanted);
        &found.expect("the map has this key").1
    }
}

fn head(major: u8, value: u64, out: &mut Vec<u8>) {
    let bytes = value.to_be_bytes();
    let (short, from) = match value {
        0..=23 => (bytes[7], 8),
        24..=0xff => (24, 7),
        0x100..=0xffff => (25, 6),
        0x1_0000..=0xffff_ffff => (26, 4),
        _ => (27, 0),
    };
    out.push(major << 5 | short);
    out.extend(&bytes[from..]);
}

fn read(bytes: &[u8]) -> (Item, &[u8]) {
    let (first, rest) = bytes.split_first().expect("an item");
    if *first == 0xf6 {
        return (Item::Null, rest);
    }
    let len = match first & 31 {
        0..=23 => 0,
        24 => 1,
        25 => 2,
        26 => 4,
        27 => 8,
        _ => panic!("an indefinite length"),
    };
    let (number, mut rest) = rest.split_at(len);
    let value = if len == 0 {
        u64::from(first & 31)
    } else {
        number
            .iter()
            .fold(0, |value, byte| value << 8 | u64::from(*byte))
    };
    let mut one = || {
        let (item, after) = read(rest);
        rest = after;
        item
    };
    let item = match first >> 5 {
        0 => Item::Uint(value),
        4 => Item::Array((0..value).map(|_| one()).collect()),
        5 => Item::Map((0..value).map(|_| (one().as_uint(), one())).collect()),
        kind @ (2 | 3) => {
            let (taken, after) = rest.split_at(usize::try_from(value).expect("short"));
            rest = after;
            if kind == 2 {
                Item::bytes(taken)
            } else {
                Item::text(std::str::from_utf8(taken).expect("UTF-8"))
            }
        }
        other => panic!("major type {other}"),
    };
    (item, rest)
}
