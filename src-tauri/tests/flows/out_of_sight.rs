//! A phone puts the program away, and perhaps lets it stand still.

use std::time::{Duration, Instant, SystemTime};

use satchel_shell::foreground::Moment;
use serde_json::json;

use super::{Stage, code, stage};

fn after(start: Moment, seconds: u64) -> Moment {
    let passed = Duration::from_secs(seconds);
    Moment {
        steady: start.steady + passed,
        wall: start.wall + passed,
    }
}

fn is_open(stage: &Stage) -> bool {
    match stage.main.call("cmd_get_balance", json!({ "req": {} })) {
        Ok(_) => true,
        answer => {
            assert_eq!(code(answer), "locked");
            false
        }
    }
}

#[test]
fn a_wallet_that_nobody_can_see_locks_after_a_minute() {
    let stage = stage().with_wallet();
    let (shell, start) = (&stage.harness.shell, Moment::now());
    let idle = shell.lock_when_due(start).expect("it locks by time");
    assert!(idle > Duration::from_secs(600), "nobody left: {idle:?}");

    shell.note_seen(false, start);
    let due = shell.lock_when_due(after(start, 59));
    assert_eq!(due, Some(Duration::from_secs(1)));
    shell.note_seen(true, after(start, 59));
    let due = shell
        .lock_when_due(after(start, 61))
        .expect("it locks by time");
    assert!(
        due > Duration::from_secs(600),
        "it is in front again: {due:?}"
    );
    assert!(is_open(&stage));

    shell.note_seen(false, after(start, 61));
    assert_eq!(shell.lock_when_due(after(start, 121)), None);
    assert!(!is_open(&stage));
}

#[test]
fn a_program_that_stood_still_locks_before_anything_else_when_it_comes_back() {
    let stage = stage().with_wallet();
    let (shell, start) = (&stage.harness.shell, Moment::now());
    shell.note_seen(false, start);
    // No timer ran, and one of the clocks stood still as well.
    let back = Moment {
        steady: start.steady,
        wall: start.wall + Duration::from_secs(61),
    };
    shell.note_seen(true, back);
    assert!(!is_open(&stage));
}

#[test]
fn a_command_that_comes_too_late_finds_it_locked() {
    let stage = stage().with_wallet();
    assert!(is_open(&stage));
    let left = Moment {
        steady: Instant::now(),
        wall: SystemTime::now() - Duration::from_secs(61),
    };
    stage.harness.shell.note_seen(false, left);
    // Nothing but the page's own call says that there is somebody.
    assert!(!is_open(&stage));
}

#[test]
fn whoever_agreed_never_to_lock_by_time_is_not_locked_out_of_sight() {
    let stage = stage().with_wallet();
    let never = json!({ "req": { "unit": "sats", "theme": "dark", "auto_lock_minutes": 0 } });
    let kept = stage.main.call("cmd_set_settings", never);
    kept.expect("its owner agrees to everything");
    let (shell, start) = (&stage.harness.shell, Moment::now());
    shell.note_seen(false, start);
    assert_eq!(shell.lock_when_due(after(start, 3600)), None);
    assert!(is_open(&stage));
}
