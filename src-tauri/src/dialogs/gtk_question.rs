//! Linux: the question for consent, on GTK.
//!
//! The dialogs of `tauri-plugin-dialog` cannot be closed by the program that opened them. A question that
//! a lock takes back has to go with the lock, so this one is our own: plain text in plain widgets.

#[cfg(test)]
mod pictures;

use std::cell::Cell;
use std::rc::Rc;

use gtk::glib::{self, MainContext, Propagation};
use gtk::prelude::*;
use gtk::{
    Adjustment, Align, Button, ButtonBox, Dialog, Label, PolicyType, ResponseType, ScrolledWindow,
    atk, gdk, pango,
};
use satchel_ports::{ConfirmError, ConfirmText};
use tauri::{AppHandle, Manager, Runtime};
use tokio::sync::oneshot;

use super::text;
use crate::shell::Shared;
use crate::windows::MAIN;

/// Width that the dialog asks for where the screen has it, in pixels.
const WIDTH: i32 = 440;
/// Height from which the particulars scroll where the screen's is not known, in pixels.
const TALLEST: i32 = 420;
/// Height of the screen that is left to title, buttons and frames, in pixels.
const BESIDES: i32 = 260;
/// Space around and between, in pixels.
const SPACE: i32 = 12;

/// Asks, and closes the dialog when the answer is not waited for any more.
pub(super) async fn agrees<R: Runtime>(
    app: &AppHandle<R>,
    question: &ConfirmText,
) -> Result<bool, ConfirmError> {
    let (tell, told) = oneshot::channel();
    // Goes with this call, however it ends; the dialog waits for that.
    let (_asker, withdrawn) = oneshot::channel::<()>();
    let asked = Asked {
        title: text::clean(&question.title),
        body: text::body(question),
        agree: text::clean(&question.agree),
    };
    let handle = app.clone();
    app.run_on_main_thread(move || show(&handle, &asked, tell, withdrawn))
        .map_err(|_| ConfirmError::Unavailable)?;
    told.await.map_err(|_| ConfirmError::Unavailable)
}

struct Asked {
    title: String,
    body: String,
    agree: String,
}

fn show<R: Runtime>(
    app: &AppHandle<R>,
    asked: &Asked,
    tell: oneshot::Sender<bool>,
    withdrawn: oneshot::Receiver<()>,
) {
    let Some(parent) = app
        .get_webview_window(MAIN)
        .and_then(|main| main.gtk_window().ok())
    else {
        return;
    };
    let dialog = build(asked);
    dialog.set_transient_for(Some(&parent));
    let tell = Cell::new(Some(tell));
    dialog.connect_response(move |dialog, response| {
        if let Some(tell) = tell.take() {
            // The asker may be gone: then nobody acts on the answer.
            let _ = tell.send(response == ResponseType::Accept);
        }
        dialog.hide();
    });
    let owner = app.clone();
    dialog.connect_key_press_event(move |_, press| {
        // The page's keys for locking: it does not get them while the question is open.
        let control = press.state().contains(gdk::ModifierType::CONTROL_MASK);
        let is_lock = control && press.keyval().to_lower() == gdk::keys::constants::l;
        if let Some(shell) = owner.try_state::<Shared>().filter(|_| is_lock) {
            shell.lock();
            return Propagation::Stop;
        }
        Propagation::Proceed
    });
    dialog.show_all();
    let open = dialog.downgrade();
    MainContext::default().spawn_local(async move {
        // Nothing is ever sent: this ends when the asker is gone, whether by an answer or not.
        let _ = withdrawn.await;
        if let Some(dialog) = open.upgrade() {
            dialog.hide();
            // Asked once and here alone: the toolkit remembers one request, and a second would come to a
            // window that is gone. One that was closed by its own means is gone already.
            dialog.close();
        }
    });
}

/// Makes the dialog. Nothing of the question is read as markup, as a mnemonic or as a format.
fn build(asked: &Asked) -> Dialog {
    let room = Room::of_screen();
    let dialog = Dialog::builder()
        .title(&asked.title)
        .modal(true)
        .destroy_with_parent(true)
        .default_width(room.width)
        .build();
    let title = paragraph(&asked.title);
    write(&title, &asked.title, "bold");
    let body = paragraph(&asked.body);
    // What is not shown has no size.
    body.show();
    // What the toolkit finds natural is the height at another width, at which fewer lines are wrapped.
    let (_, tall) = body.preferred_height_for_width(room.width - 2 * SPACE);

    let scrolled = ScrolledWindow::builder()
        .hscrollbar_policy(PolicyType::Never)
        .vscrollbar_policy(PolicyType::Automatic)
        .min_content_height(tall.min(room.height))
        // So that the arrow keys scroll it.
        .can_focus(true)
        .build();
    scrolled.add(&body);

    let content = dialog.content_area();
    content.set_spacing(SPACE);
    content.set_border_width(SPACE.unsigned_abs());
    content.pack_start(&title, false, false, 0);
    content.pack_start(&scrolled, true, true, 0);

    let refuse = Button::with_label(text::REFUSE);
    let agree = Button::with_label(&asked.agree);
    let unread = paragraph("Scroll to the end to agree.");
    unread.set_no_show_all(true);
    content.pack_start(&unread, false, false, 0);
    after_the_end(&scrolled, &agree, &unread);
    refuse.set_can_default(true);
    dialog.add_action_widget(&refuse, ResponseType::Cancel);
    dialog.add_action_widget(&agree, ResponseType::Accept);
    // Each as wide as its word: side by side, two as wide as the longer one do not fit a narrow screen.
    for button in [&refuse, &agree] {
        let row = button
            .parent()
            .and_then(|row| row.downcast::<ButtonBox>().ok());
        if let Some(row) = row {
            row.set_child_non_homogeneous(button, true);
        }
    }
    // Enter, of somebody who was typing something else, says no.
    dialog.set_default_response(ResponseType::Cancel);
    refuse.grab_focus();

    if let Some(accessible) = dialog.accessible() {
        accessible.set_role(atk::Role::Alert);
        accessible.set_name(&asked.title);
        accessible.set_description(&asked.body);
    }
    if let Some(accessible) = scrolled.accessible() {
        accessible.set_name(&asked.title);
    }
    dialog
}

/// Lets agree who has had the end of the particulars before their eyes.
fn after_the_end(scrolled: &ScrolledWindow, agree: &Button, unread: &Label) {
    let place = scrolled.vadjustment();
    let seen = Rc::new(Cell::new(false));
    let (agree, unread) = (agree.downgrade(), unread.downgrade());
    let show = Rc::new(move |may: bool| {
        if let (Some(agree), Some(unread)) = (agree.upgrade(), unread.upgrade()) {
            agree.set_sensitive(may);
            unread.set_visible(!may);
        }
    });
    // Part of a pixel may be left over.
    let at_end = |place: &Adjustment| place.value() + place.page_size() + 1.0 >= place.upper();
    place.connect_value_changed({
        let (seen, show) = (Rc::clone(&seen), Rc::clone(&show));
        move |place| {
            seen.set(seen.get() || at_end(place));
            show(seen.get());
        }
    });
    // Told whenever there is more or less room. What all of it was in sight of at some time may not be now.
    place.connect_changed(move |place| show(seen.get() || at_end(place)));
}

/// What the screen has room for, in pixels.
struct Room {
    /// The whole dialog's width.
    width: i32,
    /// The particulars' height, beyond which they scroll: fee and total come last, and are to be in sight
    /// wherever there is room for them.
    height: i32,
}

impl Room {
    fn of_screen() -> Self {
        let display = gdk::Display::default();
        let monitor = display.and_then(|display| display.primary_monitor().or(display.monitor(0)));
        monitor.map_or(
            Self {
                width: WIDTH,
                height: TALLEST,
            },
            |monitor| {
                let area = monitor.workarea();
                Self {
                    width: WIDTH.min(area.width() - 2 * SPACE),
                    height: (area.height() - BESIDES).max(TALLEST / 2),
                }
            },
        )
    }
}

/// Sets a label's text. A long word is broken where the line ends, and nothing is put there that is not in
/// it: a hyphen in an address or a path would be read as part of it.
fn write(label: &Label, text: &str, weight: &str) {
    let escaped = glib::markup_escape_text(text);
    label.set_markup(&format!(
        "<span insert_hyphens=\"false\" weight=\"{weight}\">{escaped}</span>"
    ));
    // An older toolkit knows no such word, and shows nothing then.
    if label.text() != text {
        label.set_text(text);
    }
}

fn paragraph(text: &str) -> Label {
    let label = Label::new(None);
    write(&label, text, "normal");
    label.set_line_wrap(true);
    label.set_line_wrap_mode(pango::WrapMode::WordChar);
    label.set_xalign(0.0);
    label.set_halign(Align::Fill);
    // As narrow as it must be, and no wider than is read well.
    label.set_width_chars(20);
    label.set_max_width_chars(60);
    label
}
