//! iPhones and iPads: UIKit, which is spoken to on the main thread alone.
//!
//! - `UIActivityViewController`: the sheet by which a text or a file goes to another program, or into the program for files. Its
//!   completion handler is called once it is gone, with whether something was done. An iPad shows it as a popover, which needs
//!   a view to come from (Apple's documentation of it).
//! - `UINotificationFeedbackGenerator`: lets success be felt. The system passes over it where its owner turned that off, and on
//!   devices that cannot.
//!
//! Only types are checked where this is developed; nothing of it was run.

#![allow(unsafe_code)] // UIKit is a C interface.

use std::cell::Cell;
use std::path::Path;

use block2::RcBlock;
use dispatch2::DispatchQueue;
use objc2::MainThreadMarker;
use objc2::rc::Retained;
use objc2::runtime::{AnyObject, Bool};
use objc2_core_foundation::{CGPoint, CGRect, CGSize};
use objc2_foundation::{NSArray, NSError, NSString, NSURL};
use objc2_ui_kit::{
    UIAccessibilityIsReduceMotionEnabled, UIActivityType, UIActivityTypeCopyToPasteboard,
    UIActivityTypePrint, UIActivityViewController, UIApplication, UINotificationFeedbackGenerator,
    UINotificationFeedbackType, UIViewController, UIWindowScene,
};

use super::Handed;

/// Lets it be felt that something was done, unless the person wants as little of that as can be.
pub fn tick() {
    DispatchQueue::main().exec_async(|| {
        let Some(main) = MainThreadMarker::new() else {
            return;
        };
        if UIAccessibilityIsReduceMotionEnabled() {
            return;
        }
        let felt = UINotificationFeedbackGenerator::new(main);
        felt.notificationOccurred(UINotificationFeedbackType::Success);
    });
}

/// Shows the sheet. `done` hears once it is gone whether something was done, and `false` where it cannot be shown.
pub fn share(what: Handed, done: impl FnOnce(bool) + Send + 'static) {
    DispatchQueue::main().exec_async(move || {
        let shown = MainThreadMarker::new().and_then(|main| Some((main, foremost(main)?)));
        match shown {
            Some((main, above)) => show(main, &above, &what, done),
            None => done(false),
        }
    });
}

/// Returns what the person sees: of the window with the keyboard, whatever was shown above it last.
fn foremost(main: MainThreadMarker) -> Option<Retained<UIViewController>> {
    let scenes = UIApplication::sharedApplication(main).connectedScenes();
    let mut windows = scenes
        .iter()
        .filter_map(|scene| scene.downcast::<UIWindowScene>().ok()?.keyWindow());
    let mut seen = windows.next()?.rootViewController()?;
    while let Some(above) = seen.presentedViewController() {
        seen = above;
    }
    Some(seen)
}

fn show(
    main: MainThreadMarker,
    above: &UIViewController,
    what: &Handed,
    done: impl FnOnce(bool) + 'static,
) {
    let item: Retained<AnyObject> = match what {
        Handed::Text(text) => NSString::from_str(text).into(),
        Handed::File(path) => address(path).into(),
    };
    let items = NSArray::from_retained_slice(&[item]);
    // SAFETY: both kinds of items are among those that UIKit takes.
    let sheet = unsafe {
        UIActivityViewController::initWithActivityItems_applicationActivities(
            main.alloc(),
            &items,
            None,
        )
    };
    if matches!(what, Handed::File(_)) {
        // What is only copied or printed is kept by nobody, and would count as done.
        // SAFETY: both are constants of UIKit's.
        let kept_nowhere = unsafe { [UIActivityTypeCopyToPasteboard, UIActivityTypePrint] };
        sheet.setExcludedActivityTypes(Some(&NSArray::from_slice(&kept_nowhere)));
    }
    // It is called once; its type allows for more.
    let done = Cell::new(Some(done));
    let heard = RcBlock::new(
        move |_: *mut UIActivityType, completed: Bool, _: *mut NSArray, _: *mut NSError| {
            if let Some(done) = done.take() {
                done(completed.as_bool());
            }
        },
    );
    // SAFETY: the sheet copies the block, and calls it on this thread.
    unsafe { sheet.setCompletionWithItemsHandler(RcBlock::as_ptr(&heard)) };
    if let (Some(popover), Some(view)) = (sheet.popoverPresentationController(), above.view()) {
        let bounds = view.bounds();
        let middle = CGPoint::new(bounds.size.width / 2.0, bounds.size.height / 2.0);
        popover.setSourceView(Some(&view));
        popover.setSourceRect(CGRect::new(middle, CGSize::ZERO));
    }
    above.presentViewController_animated_completion(&sheet, true, None);
}

fn address(path: &Path) -> Retained<NSURL> {
    NSURL::fileURLWithPath(&NSString::from_str(&path.to_string_lossy()))
}
