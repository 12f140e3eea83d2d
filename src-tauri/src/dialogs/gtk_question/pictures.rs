//! Shows questions on a real screen, in light and dark, and looks for what is cut off.
//!
//! It needs a screen, and takes pictures for a person to look at:
//!
//! ```sh
//! SATCHEL_PICTURES=/tmp xvfb-run -a -s "-screen 0 360x640x24" \
//!     cargo test -p satchel-shell --lib pictures -- --ignored
//! ```

use std::path::PathBuf;
use std::time::{Duration, Instant};

use gtk::{Widget, cairo};
use satchel_ports::ConfirmLine;

use super::*;

/// How long a slow machine may take to lay a dialog out.
const PATIENCE: Duration = Duration::from_secs(20);

/// 90 characters, the longest that bech32m allows, in groups as the questions have them.
fn longest_address() -> String {
    let address = format!("tb1p{}", "qxm7k2w9".repeat(11).split_at(86).0);
    let chars: Vec<char> = address.chars().collect();
    assert_eq!(chars.len(), 90);
    let groups: Vec<String> = chars.chunks(4).map(|four| four.iter().collect()).collect();
    groups.join(" ")
}

fn line(label: &str, value: &str) -> ConfirmLine {
    ConfirmLine {
        label: label.to_owned(),
        value: value.to_owned(),
    }
}

fn payment(recipients: usize, warnings: usize) -> ConfirmText {
    let mut lines = Vec::new();
    for _ in 0..recipients {
        lines.push(line("To", &longest_address()));
        lines.push(line("Amount", "20\u{a0}999\u{a0}999.97690000 BTC"));
    }
    lines.push(line("Fee", "1 234 sat (1.5 sat/vB)"));
    lines.push(line("Total", "20 999 999.97691234 BTC"));
    lines.push(line("From", &"W".repeat(64)));
    lines.push(line("Network", "Testnet 4 (worthless coins)"));
    // What looks like markup, a mnemonic or a format is none.
    lines.push(line("Label", "<b>100 %s</b> &amp; _me_"));
    let warning = "Output 3 looks like change, but it does not come back to this wallet.";
    ConfirmText {
        title: "Raise the fee of this payment?".to_owned(),
        lines,
        warnings: vec![warning.to_owned(); warnings],
        agree: "Cancel the payment".to_owned(),
    }
}

fn questions() -> Vec<(&'static str, ConfirmText)> {
    let mut path = payment(0, 1);
    path.lines = vec![line(
        "File",
        &format!("/home/{}", "averylongfolder".repeat(20)),
    )];
    vec![
        ("short", payment(1, 0)),
        ("unusual", payment(1, 11)),
        ("many", payment(10, 11)),
        ("path", path),
    ]
}

fn pump_until(what: &str, done: impl Fn() -> bool) {
    let end = Instant::now() + PATIENCE;
    while !done() {
        assert!(Instant::now() < end, "{what} did not come");
        gtk::main_iteration_do(false);
    }
}

/// All that is in a widget, itself included.
fn all_of(widget: &Widget) -> Vec<Widget> {
    let mut all = vec![widget.clone()];
    if let Some(container) = widget.dynamic_cast_ref::<gtk::Container>() {
        for child in container.children() {
            all.extend(all_of(&child));
        }
    }
    all
}

fn take_picture(dialog: &Dialog, name: &str) {
    let Some(folder) = std::env::var_os("SATCHEL_PICTURES").map(PathBuf::from) else {
        return;
    };
    let (width, height) = dialog.size();
    let surface = cairo::ImageSurface::create(cairo::Format::ARgb32, width, height);
    let surface = surface.expect("memory for a picture");
    dialog.draw(&cairo::Context::new(&surface).expect("a place to draw"));
    let picture = gdk::pixbuf_get_from_surface(&surface, 0, 0, width, height);
    let path = folder.join(format!("question-{name}.png"));
    let saved = picture.expect("a picture").savev(path, "png", &[]);
    saved.expect("a disk");
}

/// Looks for what is cut off in a dialog, and returns whether it scrolls.
fn look(dialog: &Dialog, name: &str) -> bool {
    let (width, height) = dialog.size();
    let area = gdk::Display::default()
        .and_then(|display| display.monitor(0))
        .expect("a screen")
        .workarea();
    assert!(
        width <= area.width() && height <= area.height(),
        "{name}: {width}x{height} is larger than the screen of {}x{}",
        area.width(),
        area.height()
    );
    let mut scrolls = false;
    for widget in all_of(dialog.upcast_ref()) {
        if !widget.is_visible() {
            continue;
        }
        let got = widget.allocation();
        let (needs, _) = widget.preferred_width();
        assert!(
            needs <= got.width(),
            "{name}: {} has {} of {needs} pixels",
            widget.type_(),
            got.width()
        );
        if let Some(label) = widget.downcast_ref::<Label>() {
            let layout = label.layout().expect("a label has one");
            assert!(!layout.is_ellipsized(), "{name}: {:?} is cut", label.text());
            assert!(
                layout.pixel_size().0 <= got.width(),
                "{name}: {:?}",
                label.text()
            );
        }
        if let Some(button) = widget.downcast_ref::<Button>() {
            let (x, y) = button
                .translate_coordinates(dialog, 0, 0)
                .expect("it is in the dialog");
            assert!(
                x >= 0 && y >= 0 && x + got.width() <= width && y + got.height() <= height,
                "{name}: {:?} is outside",
                button.label()
            );
        }
        if let Some(scrolled) = widget.downcast_ref::<ScrolledWindow>() {
            let place = scrolled.vadjustment();
            scrolls = place.upper() > place.page_size();
        }
    }
    scrolls
}

fn agree_button(dialog: &Dialog) -> Widget {
    let button = dialog.widget_for_response(ResponseType::Accept);
    button.expect("one that agrees")
}

fn scroll_to_the_end(dialog: &Dialog) {
    for widget in all_of(dialog.upcast_ref()) {
        if let Some(scrolled) = widget.downcast_ref::<ScrolledWindow>() {
            let place = scrolled.vadjustment();
            place.set_value(place.upper());
        }
    }
}

#[test]
#[ignore = "needs a screen"]
fn every_question_fits_the_screen_and_is_agreed_to_after_its_end_was_seen() {
    gtk::init().expect("a screen");
    let settings = gtk::Settings::default().expect("a screen has some");
    for dark in [false, true] {
        settings.set_gtk_application_prefer_dark_theme(dark);
        for (name, question) in questions() {
            let name = format!("{name}-{}", if dark { "dark" } else { "light" });
            let dialog = build(&Asked {
                title: text::clean(&question.title),
                body: text::body(&question),
                agree: text::clean(&question.agree),
            });
            dialog.show_all();
            let shown = all_of(dialog.upcast_ref());
            let shown = shown
                .iter()
                .filter_map(|widget| widget.downcast_ref::<Label>());
            let shown: Vec<String> = shown.map(|label| label.text().into()).collect();
            assert!(shown.contains(&text::body(&question)), "{name}: {shown:?}");
            pump_until(&name, || dialog.is_mapped() && !gtk::events_pending());
            take_picture(&dialog, &name);
            let scrolls = look(&dialog, &name);
            let agree = agree_button(&dialog);
            assert_eq!(agree.is_sensitive(), !scrolls, "{name}");
            if scrolls {
                scroll_to_the_end(&dialog);
                pump_until(&name, || agree.is_sensitive() && !gtk::events_pending());
                take_picture(&dialog, &format!("{name}-end"));
            }
            // Safe: nobody else holds it.
            dialog.close();
        }
    }
}
