//! Columns of rows.

use crate::cbor::{Reader, Writer};

/// What is wrong with a value.
pub(crate) type Invalid = &'static str;

/// Writes one item into a vector of exactly its length.
pub(crate) fn written(write: impl Fn(&mut Writer<'_>)) -> Vec<u8> {
    let mut counting = Writer::counting();
    write(&mut counting);
    let mut out = vec![0; counting.len()];
    write(&mut Writer::into_buffer(&mut out));
    out
}

/// Writes a column of integers.
pub(crate) fn uints(w: &mut Writer<'_>, rows: impl ExactSizeIterator<Item = u64>) {
    w.array(rows.len());
    for value in rows {
        w.uint(value);
    }
}

/// Writes a column of byte strings of one length.
pub(crate) fn fixed<'a, const N: usize>(
    w: &mut Writer<'_>,
    rows: impl ExactSizeIterator<Item = &'a [u8; N]>,
) {
    w.bytes_head(rows.len() * N);
    for value in rows {
        w.raw(value);
    }
}

/// Writes a column of texts.
pub(crate) fn texts<T: AsRef<str>>(w: &mut Writer<'_>, rows: impl ExactSizeIterator<Item = T>) {
    w.array(rows.len());
    for value in rows {
        w.text(value.as_ref());
    }
}

/// Reads a column of integers of at most `max`.
pub(crate) fn read_uints(r: &mut Reader<'_>, max: u64, rows: usize) -> Result<Vec<u64>, Invalid> {
    head(r, rows)?;
    (0..rows)
        .map(|_| r.uint().filter(|value| *value <= max).ok_or("a number"))
        .collect()
}

/// Reads a column of byte strings of one length; the first column says how many rows there are.
pub(crate) fn read_fixed<'a, const N: usize>(
    r: &mut Reader<'a>,
    rows: Option<usize>,
) -> Result<&'a [[u8; N]], Invalid> {
    let (values, rest) = r.bytes().ok_or("a column")?.as_chunks::<N>();
    let fits = match rows {
        Some(rows) => values.len() == rows,
        None => !values.is_empty() && values.len() <= super::MAX_ROWS,
    };
    if !rest.is_empty() || !fits {
        return Err("the length of a column");
    }
    Ok(values)
}

/// Reads a column of texts.
pub(crate) fn read_texts<'a>(
    r: &mut Reader<'a>,
    max: usize,
    rows: usize,
) -> Result<Vec<&'a str>, Invalid> {
    head(r, rows)?;
    (0..rows)
        .map(|_| r.text().filter(|text| text.len() <= max).ok_or("a text"))
        .collect()
}

/// Reads the head of a column.
pub(crate) fn head(r: &mut Reader<'_>, rows: usize) -> Result<(), Invalid> {
    if r.array() == Some(rows) {
        Ok(())
    } else {
        Err("the length of a column")
    }
}
