//! How much of a place is looked at. Whoever writes there could fill it without end.

/// Objects in a list. A circle of 64 devices with a thousand objects each has fewer.
pub(crate) const OBJECTS: usize = 100_000;

/// Circles that one place is looked at for. One that holds more is somebody's joke.
pub(crate) const CIRCLES: usize = 64;

/// Folders of streams in a list. A stream is begun for each device, class and copy that was noticed.
pub(crate) const STREAMS: usize = 4_096;

/// Entries of any name that are looked at for a list.
pub(crate) const ENTRIES: usize = 1_000_000;

/// Bytes of one answer to a list: some 30,000 entries of a wordy server.
pub(crate) const LISTING_BYTES: usize = 16 << 20;

/// Pages of one list. Of a thousand entries each, as is usual, they hold more than a circle has.
pub(crate) const PAGES: usize = 1_000;
