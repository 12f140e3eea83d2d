//! Linux: the question for consent, on GTK.
//!
//! The dialogs of `tauri-plugin-dialog` cannot be closed by the program that opened them. A question that
//! a lock takes back has to go with the lock, so this one is our own: plain text in plain widgets.

use std::cell::Cell;

use gtk::glib::{MainContext, Propagation};
use gtk::prelude::*;
use gtk::{
    Align, Button, Dialog, Label, PolicyType, ResponseType, ScrolledWindow, atk, gdk, pango,
};
use satchel_ports::{ConfirmError, ConfirmText};
use tauri::{AppHandle, Manager, Runtime};
use tokio::sync::oneshot;

use super::text;
use crate::shell::Shared;
use crate::windows::MAIN;

/// Width that the dialog asks for, in pixels. It can be made as narrow as a phone's screen.
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

/// Makes the dialog. No text in it is read as markup, as a mnemonic or as a format.
fn build(asked: &Asked) -> Dialog {
    let dialog = Dialog::builder()
        .title(&asked.title)
        .modal(true)
        .destroy_with_parent(true)
        .default_width(WIDTH)
        .build();
    let title = paragraph(&asked.title);
    let bold = pango::AttrList::new();
    bold.insert(pango::AttrInt::new_weight(pango::Weight::Bold));
    title.set_attributes(Some(&bold));

    let scrolled = ScrolledWindow::builder()
        .hscrollbar_policy(PolicyType::Never)
        .vscrollbar_policy(PolicyType::Automatic)
        .propagate_natural_height(true)
        .max_content_height(tallest())
        .min_content_height(SPACE)
        // So that the arrow keys scroll it.
        .can_focus(true)
        .build();
    scrolled.add(&paragraph(&asked.body));

    let content = dialog.content_area();
    content.set_spacing(SPACE);
    content.set_border_width(SPACE.unsigned_abs());
    content.pack_start(&title, false, false, 0);
    content.pack_start(&scrolled, true, true, 0);

    let refuse = Button::with_label(text::REFUSE);
    let agree = Button::with_label(&asked.agree);
    refuse.set_can_default(true);
    dialog.add_action_widget(&refuse, ResponseType::Cancel);
    dialog.add_action_widget(&agree, ResponseType::Accept);
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

/// Height from which the particulars scroll: fee and total come last, and are to be in sight wherever the
/// screen has room for them.
fn tallest() -> i32 {
    let display = gdk::Display::default();
    let monitor = display.and_then(|display| display.primary_monitor().or(display.monitor(0)));
    monitor.map_or(TALLEST, |monitor| {
        (monitor.workarea().height() - BESIDES).max(TALLEST / 2)
    })
}

fn paragraph(text: &str) -> Label {
    let label = Label::new(None);
    label.set_text(text);
    label.set_line_wrap(true);
    label.set_line_wrap_mode(pango::WrapMode::WordChar);
    label.set_xalign(0.0);
    label.set_halign(Align::Fill);
    // As narrow as it must be, and no wider than is read well.
    label.set_width_chars(20);
    label.set_max_width_chars(60);
    label
}
