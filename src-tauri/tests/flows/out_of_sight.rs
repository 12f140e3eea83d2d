//! A phone puts the program away, and perhaps lets it stand still.

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use async_trait::async_trait;
use satchel_ports::{Answer, Confirm, ConfirmError, ConfirmText};
use satchel_shell::asking::Counted;
use satchel_shell::foreground::Moment;
use satchel_shell::shell::Shared;
use serde_json::json;

use super::{Stage, code, stage};

fn after(start: Moment, seconds: u64) -> Moment {
    start.later(Duration::from_secs(seconds))
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

#[test]
fn who_wants_it_locked_at_once_has_it_locked_and_loosens_that_by_consent_alone() {
    let stage = stage().with_wallet();
    let set = |out_of_sight: &str| {
        let settings = json!({ "req": {
            "unit": "sats", "theme": "dark", "auto_lock_minutes": 15, "out_of_sight": out_of_sight,
        } });
        stage.main.call("cmd_set_settings", settings)
    };
    let asked = stage.harness.confirm.asked().len();
    set("at_once").expect("sooner needs no consent");
    assert_eq!(stage.harness.confirm.asked().len(), asked);
    let (shell, start) = (&stage.harness.shell, Moment::now());

    // A scan asks for the camera: the system puts the program away meanwhile.
    let scan = stage.main.call("cmd_open_scan", json!({})).expect("a scan");
    shell.note_seen(false, start);
    assert!(shell.lock_when_due(after(start, 3)).is_some());
    assert!(is_open(&stage));
    shell.note_seen(true, after(start, 4));
    let end = json!({ "req": { "scan": scan["scan"] } });
    stage.main.call("cmd_close_scan", end).expect("it ends");

    stage.harness.confirm.then(Ok(Answer::Declined));
    assert_eq!(code(set("after_a_minute")), "declined");
    let question = stage.harness.confirm.asked().pop().expect("it was asked");
    assert_eq!(
        question.title,
        "Stay open for a minute when you go elsewhere?"
    );

    // From one window of the program to the next.
    shell.note_seen(false, after(start, 5));
    shell.note_seen(true, after(start, 6));
    assert!(is_open(&stage));
    shell.note_seen(false, after(start, 7));
    assert_eq!(shell.lock_when_due(after(start, 9)), None);
    assert!(!is_open(&stage));
}

/// A question of the system's own, under which it puts the program away for a while.
struct PutsAway(Shared);

#[async_trait]
impl Confirm for PutsAway {
    async fn put(&self, _: &ConfirmText) -> Result<Answer, ConfirmError> {
        let start = Moment::now();
        self.0.note_seen(false, start);
        assert!(self.0.lock_when_due(after(start, 59)).is_some());
        assert_eq!(self.0.lock_when_due(after(start, 60)), None, "nobody came");
        Ok(Answer::Agreed)
    }
}

#[test]
fn at_once_waits_a_minute_for_who_is_asked_by_the_system_and_no_longer() {
    let stage = stage().with_wallet();
    let settings = json!({ "req": {
        "unit": "sats", "theme": "dark", "auto_lock_minutes": 15, "out_of_sight": "at_once",
    } });
    let set = stage.main.call("cmd_set_settings", settings);
    set.expect("sooner needs no consent");
    let shell = Arc::clone(&stage.harness.shell);
    let asks: Arc<dyn Confirm> = Arc::new(PutsAway(Arc::clone(&shell)));
    let counted = Counted::new(asks, shell.idle.asking());
    let text = ConfirmText {
        title: String::new(),
        lines: Vec::new(),
        warnings: Vec::new(),
        agree: String::new(),
    };
    tauri::async_runtime::block_on(counted.put(&text)).expect("it was answered");
    assert!(!is_open(&stage));
}
