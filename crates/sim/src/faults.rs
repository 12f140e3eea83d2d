//! What befalls a run, counted: what is never thrown proves nothing.

use std::fmt;

macro_rules! faults {
    ($($name:ident = $text:literal,)*) => {
        /// Something that befalls a run.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Fault {
            $(#[doc = $text] $name,)*
        }

        impl Fault {
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            pub fn text(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)*
                }
            }
        }
    };
}

faults! {
    // Writes.
    LostWrite = "a write was lost and answered as done",
    FailedWrite = "a write was lost and answered as failed",
    AmbiguousWrite = "a write was done and answered as failed",
    LateWrite = "a write was answered and came through later",
    DoubledWrite = "a write came through a second time later",
    TornWrite = "a write was cut off",
    FlippedWrite = "a bit of a write turned",
    // Lists.
    FailedList = "a list failed",
    StaleList = "a list was old",
    HiddenList = "a list hid some",
    Reordered = "something was heard of before what it follows",
    // Reads.
    FailedGet = "a read failed",
    MissingGet = "a read did not find what is there",
    TornGet = "a read was cut off",
    FlippedGet = "a bit of a read turned",
    // At rest.
    HarmLost = "a place lost something",
    HarmTorn = "a place cut something off",
    HarmFlipped = "a place turned a bit, and told another tag if it tells any",
    Rot = "a place turned a bit or cut off, and told the same tag if it tells any",
    RolledBack = "a place went back to what it held before",
    // Devices.
    DiskFull = "a disk was full",
    DiskLost = "a disk was lost",
    Restored = "a device was set back to an older copy of its disk",
    Copied = "a device was copied, and both went on",
    ClockHourFast = "a clock went an hour fast",
    ClockHourSlow = "a clock went an hour slow",
    ClockYearsFast = "a clock went ten years fast",
    ClockYearsSlow = "a clock went ten years slow",
    ADayWent = "a day went by",
    // Who belongs.
    Added = "a device was added",
    Removed = "a device was removed",
    WentOnRemoved = "a device that was removed took no notice",
    WroteRemoved = "one of these wrote",
    BroughtRemoved = "what one of these wrote was read back from a place",
    IgnoredRemoved = "what one of these wrote was known to the others at the end, and ignored",
    Split = "epochs were made apart, and brought together",
    // Places.
    ApartPlaces = "devices used different ones of several places",
    LengthsAndTags = "a place told lengths and tags",
    LengthsAlone = "a place told lengths alone",
    TagsAlone = "a place told tags alone",
    NeitherTold = "a place told neither",
    LookedAtLengths = "in the calm, a device believed what a place listed",
    LookedAtBytes = "in the calm, a device read all that a place has",
    CalmAtOnce = "the calm began at once",
    CalmADayLater = "the calm began a day later, when all is read: a bit had turned of which no list tells",
    // With how many it began.
    Began2 = "two devices began",
    Began3 = "three devices began",
    Began4 = "four devices began",
    Began5 = "five devices began",
    Began6 = "six devices began",
    Began7 = "seven devices began",
    Began8 = "eight devices began",
    // At which waits programs ended. Each call has one before it is done and, if it changes anything, one after.
    EndAtStart = "a program ended when it had just begun",
    EndAtList = "a program ended before a place listed",
    EndAtListed = "a program ended once a place had listed",
    EndAtGet = "a program ended before something was read from a place",
    EndAtPut = "a program ended before something was left in a place",
    EndAtPutDone = "a program ended once something was left in a place",
    EndAtMend = "a program ended before something was mended in a place",
    EndAtMendDone = "a program ended once something was mended in a place",
    EndAtRemove = "a program ended before something was taken out of a place",
    EndAtRemoveDone = "a program ended once something was taken out of a place",
    EndAtObjects = "a program ended before its disk told what it keeps",
    EndAtRead = "a program ended before something was read from its disk",
    EndAtKeep = "a program ended before something was kept",
    EndAtKept = "a program ended once something was kept",
    EndAtIndex = "a program ended before its index was read",
    EndAtPutIndex = "a program ended before its index was kept",
    EndAtIndexPut = "a program ended once its index was kept",
    EndAtListing = "a program ended before it was read how a place had listed",
    EndAtPutListing = "a program ended before it was kept how a place had listed",
    EndAtListingPut = "a program ended once it was kept how a place had listed",
    EndAtMarks = "a program ended before marks were read",
    EndAtMark = "a program ended before marks were set",
    EndAtMarked = "a program ended once marks were set",
}

impl Fault {
    /// Whether it is the end of a program at a wait that few rounds come to.
    pub fn is_seldom(self) -> bool {
        matches!(
            self,
            Self::EndAtRemove | Self::EndAtRemoveDone | Self::EndAtPutIndex | Self::EndAtIndexPut
        )
    }
}

/// How often each happened.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Tally([usize; Fault::ALL.len()]);

impl Default for Tally {
    fn default() -> Self {
        Self([0; Fault::ALL.len()])
    }
}

impl Tally {
    pub fn note(&mut self, fault: Fault) {
        self.0[fault as usize] += 1;
    }

    pub fn of(&self, fault: Fault) -> usize {
        self.0[fault as usize]
    }

    pub fn add(&mut self, other: &Self) {
        for (sum, more) in self.0.iter_mut().zip(other.0) {
            *sum += more;
        }
    }

    /// What never happened.
    pub fn never(&self) -> impl Iterator<Item = Fault> {
        let all = Fault::ALL.iter().copied();
        all.filter(|fault| self.of(*fault) == 0)
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for fault in Fault::ALL {
            writeln!(f, "{:>12}  {}", self.of(*fault), fault.text())?;
        }
        Ok(())
    }
}

impl fmt::Debug for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}
