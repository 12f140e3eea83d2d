//! macOS: the workspace's notifications, and the one of the locked screen.
//!
//! - `NSWorkspaceWillSleepNotification`: whoever observes it holds the sleep up while it is handled, for 30
//!   seconds at most (Apple's documentation of it). It is handled where it is told, so that it is.
//! - `NSWorkspaceScreensDidSleepNotification`, `NSWorkspaceSessionDidResignActiveNotification`: the display
//!   went dark; another person took the computer.
//! - `com.apple.screenIsLocked` of the distributed centre: the screen was locked. No documentation of
//!   Apple's names it; that it stays away costs no more than the others being what is heard.
//!
//! Only types are checked where this is developed; nothing of it was run.

#![allow(unsafe_code)] // Apple's frameworks are C interfaces.

use std::sync::{Arc, Weak};

use dispatch2::DispatchQueue;
use objc2::rc::Retained;
use objc2::runtime::{AnyObject, NSObject};
use objc2::{AnyThread, DefinedClass, define_class, msg_send, sel};
use objc2_app_kit::{
    NSWorkspace, NSWorkspaceScreensDidSleepNotification,
    NSWorkspaceSessionDidResignActiveNotification, NSWorkspaceWillSleepNotification,
};
use objc2_foundation::{
    NSDistributedNotificationCenter, NSNotification, NSNotificationSuspensionBehavior, ns_string,
};

use super::Away;

type Left = dyn Fn(Away) + Send + Sync;

pub(super) async fn watch(left: impl Fn(Away) + Send + Sync + 'static) {
    let left: Arc<Left> = Arc::new(left);
    let heard = Arc::downgrade(&left);
    // Where AppKit tells of everything.
    DispatchQueue::main().exec_async(move || observe(heard));
    std::future::pending::<()>().await;
    // Kept until whoever waits gives up; then what is observed calls nobody.
    drop(left);
}

struct Ivars {
    left: Weak<Left>,
}

define_class!(
    // SAFETY: NSObject asks nothing of those who inherit from it, and there is no `Drop`.
    #[unsafe(super(NSObject))]
    #[name = "SatchelAway"]
    #[ivars = Ivars]
    struct Observer;

    /// What is observed calls these; each takes the notification and returns nothing.
    impl Observer {
        #[unsafe(method(sleeps:))]
        fn sleeps(&self, _: &NSNotification) {
            self.tell(Away::Sleeps);
        }

        #[unsafe(method(screenLocked:))]
        fn screen_locked(&self, _: &NSNotification) {
            self.tell(Away::ScreenLocked);
        }
    }
);

impl Observer {
    fn new(left: Weak<Left>) -> Retained<Self> {
        let made = Self::alloc().set_ivars(Ivars { left });
        // SAFETY: `init` of NSObject takes nothing and returns the object.
        unsafe { msg_send![super(made), init] }
    }

    fn tell(&self, away: Away) {
        if let Some(left) = self.ivars().left.upgrade() {
            left(away);
        }
    }
}

fn observe(left: Weak<Left>) {
    let observer = Observer::new(left);
    let object: &AnyObject = &observer;
    let workspace = NSWorkspace::sharedWorkspace().notificationCenter();
    // SAFETY: the names are AppKit's own; the selectors are methods of the observer that take one
    // notification; the observer lives as long as the program, see below.
    unsafe {
        for (name, selector) in [
            (NSWorkspaceWillSleepNotification, sel!(sleeps:)),
            (NSWorkspaceScreensDidSleepNotification, sel!(screenLocked:)),
            (
                NSWorkspaceSessionDidResignActiveNotification,
                sel!(screenLocked:),
            ),
        ] {
            workspace.addObserver_selector_name_object(object, selector, Some(name), None);
        }
        // At once: an app that is not in front would be told when it is again.
        NSDistributedNotificationCenter::defaultCenter()
            .addObserver_selector_name_object_suspensionBehavior(
                object,
                sel!(screenLocked:),
                Some(ns_string!("com.apple.screenIsLocked")),
                None,
                NSNotificationSuspensionBehavior::DeliverImmediately,
            );
    }
    // Centres do not keep who observes them.
    let _ = Retained::into_raw(observer);
}
