//! iPhones and iPads: nothing of a wallet in the list of recent programs.
//!
//! The system takes a picture of what a program shows when it is put away. It does so after it told that the program stops being
//! active, and what lies over the windows by then is in that picture (Apple's documentation of
//! `applicationDidEnterBackground(_:)`). No window can be told to stay out of it by itself, as Android's and a Mac's can.
//!
//! Only types are checked where this is developed; nothing of it was run.

#![allow(unsafe_code)] // UIKit is a C interface.

use std::ptr::NonNull;

use block2::RcBlock;
use objc2::MainThreadMarker;
use objc2::rc::Retained;
use objc2_foundation::{NSInteger, NSNotification, NSNotificationCenter};
use objc2_ui_kit::{
    UIApplication, UIApplicationDidBecomeActiveNotification,
    UIApplicationWillResignActiveNotification, UIColor, UIView, UIViewAutoresizing, UIWindow,
    UIWindowScene,
};

/// By which a cover is known among the views of a window: a number that no other view has.
const TAG: NSInteger = 0x5a7c;

/// From now on covers each window while the program is not active: in the list of recent programs, and while the system asks.
pub fn cover_when_away() {
    let leaving = RcBlock::new(|_: NonNull<NSNotification>| {
        if let Some(main) = MainThreadMarker::new() {
            cover(main);
        }
    });
    let back = RcBlock::new(|_: NonNull<NSNotification>| {
        if let Some(main) = MainThreadMarker::new() {
            uncover(main);
        }
    });
    let centre = NSNotificationCenter::defaultCenter();
    // SAFETY: the names are UIKit's own. Without a queue the blocks are called where it posts, on the main thread and before it goes
    // on; they own nothing. The centre keeps them, and what stands for them, as long as nobody takes them away.
    unsafe {
        for (name, block) in [
            (UIApplicationWillResignActiveNotification, &leaving),
            (UIApplicationDidBecomeActiveNotification, &back),
        ] {
            centre.addObserverForName_object_queue_usingBlock(Some(name), None, None, block);
        }
    }
}

/// Returns every window of every scene, shown or not.
fn windows(main: MainThreadMarker) -> Vec<Retained<UIWindow>> {
    let scenes = UIApplication::sharedApplication(main).connectedScenes();
    scenes
        .iter()
        .filter_map(|scene| scene.downcast::<UIWindowScene>().ok())
        .flat_map(|scene| scene.windows().to_vec())
        .collect()
}

fn cover(main: MainThreadMarker) {
    // One that is there already could be below what was shown since.
    uncover(main);
    for window in windows(main) {
        let cover = UIView::initWithFrame(main.alloc(), window.bounds());
        // The picture is taken in both orientations.
        cover.setAutoresizingMask(
            UIViewAutoresizing::FlexibleWidth | UIViewAutoresizing::FlexibleHeight,
        );
        cover.setBackgroundColor(Some(&UIColor::systemBackgroundColor()));
        cover.setTag(TAG);
        window.addSubview(&cover);
    }
}

fn uncover(main: MainThreadMarker) {
    for window in windows(main) {
        while let Some(cover) = window.viewWithTag(TAG) {
            cover.removeFromSuperview();
        }
    }
}
