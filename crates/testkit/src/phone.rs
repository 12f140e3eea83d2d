//! A phone that a test holds: its lock, its sensor, whose fingers it knows, and the hand that is laid on it.
//!
//! It has no keychain of its own. Fakes of what stands between a platform's adapter and the platform take their
//! answers from it, each in the words of that platform's reference.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// The sensor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SensorState {
    /// It works.
    Works,
    /// It is there and does not work now.
    Fails,
    /// There is none.
    Absent,
}

/// What happens at a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hand {
    /// The right finger.
    Right,
    /// A wrong one, until the sensor locks itself.
    Wrong,
    /// The person says no.
    Cancels,
    /// Nobody answers, and the system takes the question away; or another program comes to the front.
    Gone,
}

/// Why a question got no yes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoTouch {
    /// The person said no.
    Cancelled,
    /// The system took the question away.
    TakenAway,
    /// Too many wrong fingers: not for some time.
    LockedOut,
    /// More than that: not before the passcode was entered.
    LockedOutForGood,
    /// Nobody's finger is known.
    NotEnrolled,
    /// It does not work now.
    SensorFails,
    /// There is none.
    NoSensor,
}

#[derive(Debug)]
struct State {
    passcode: bool,
    locked: bool,
    sensor: SensorState,
    /// Which set of fingers is known; each change makes another one. `None`: nobody's.
    fingers: Option<u32>,
    sets: u32,
    lockout: Option<NoTouch>,
    hand: Hand,
    questions: u32,
}

/// A phone. New, it has a passcode, is unlocked, and knows a finger.
#[derive(Debug)]
pub struct Phone(Mutex<State>);

impl Default for Phone {
    fn default() -> Self {
        Self(Mutex::new(State {
            passcode: true,
            locked: false,
            sensor: SensorState::Works,
            fingers: Some(1),
            sets: 1,
            lockout: None,
            hand: Hand::Right,
            questions: 0,
        }))
    }
}

impl Phone {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Locks it, as by its button.
    pub fn lock(&self) {
        self.state().locked = true;
    }

    /// Unlocks it with the passcode, which ends every lockout of the sensor.
    pub fn unlock(&self) {
        let mut state = self.state();
        state.locked = false;
        state.lockout = None;
    }

    /// Lets the time pass after which a sensor that locked itself for some time answers again.
    pub fn wait_out(&self) {
        let mut state = self.state();
        if state.lockout == Some(NoTouch::LockedOut) {
            state.lockout = None;
        }
    }

    /// Has the sensor locked as for good, as after many more wrong fingers.
    pub fn lock_out_for_good(&self) {
        self.state().lockout = Some(NoTouch::LockedOutForGood);
    }

    /// Enrols another finger or face.
    pub fn enrol(&self) {
        let mut state = self.state();
        state.sets += 1;
        state.fingers = Some(state.sets);
    }

    /// Takes all fingers and faces away.
    pub fn unenrol(&self) {
        self.state().fingers = None;
    }

    /// Takes the passcode away, and with it all fingers and faces.
    pub fn remove_passcode(&self) {
        let mut state = self.state();
        (state.passcode, state.locked, state.fingers) = (false, false, None);
    }

    /// Sets a passcode again.
    pub fn set_passcode(&self) {
        self.state().passcode = true;
    }

    /// Changes what the sensor is.
    pub fn set_sensor(&self, sensor: SensorState) {
        self.state().sensor = sensor;
    }

    /// Says what happens at the next question; at those after it the right finger comes.
    pub fn next(&self, hand: Hand) {
        self.state().hand = hand;
    }

    /// Returns whether it is locked.
    pub fn is_locked(&self) -> bool {
        self.state().locked
    }

    /// Returns whether it has a passcode.
    pub fn has_passcode(&self) -> bool {
        self.state().passcode
    }

    /// Returns which set of fingers it knows, if a sensor works.
    ///
    /// # Errors
    /// [`NoTouch::NoSensor`], [`NoTouch::SensorFails`] or [`NoTouch::NotEnrolled`].
    pub fn fingers(&self) -> Result<u32, NoTouch> {
        let state = self.state();
        match state.sensor {
            SensorState::Absent => Err(NoTouch::NoSensor),
            SensorState::Fails => Err(NoTouch::SensorFails),
            SensorState::Works => state.fingers.ok_or(NoTouch::NotEnrolled),
        }
    }

    /// Asks for a finger.
    ///
    /// # Errors
    /// See [`NoTouch`].
    pub fn touch(&self) -> Result<(), NoTouch> {
        self.fingers()?;
        let mut state = self.state();
        if let Some(lockout) = state.lockout {
            return Err(lockout);
        }
        state.questions += 1;
        match std::mem::replace(&mut state.hand, Hand::Right) {
            Hand::Right => Ok(()),
            Hand::Cancels => Err(NoTouch::Cancelled),
            Hand::Gone => Err(NoTouch::TakenAway),
            Hand::Wrong => {
                state.lockout = Some(NoTouch::LockedOut);
                Err(NoTouch::LockedOut)
            }
        }
    }

    /// Returns how many questions were shown.
    pub fn questions(&self) -> u32 {
        self.state().questions
    }
}
