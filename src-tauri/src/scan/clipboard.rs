//! The clipboard, where the system lets a program look.

use async_trait::async_trait;

use super::{Clip, Eyes};

/// No eyes: a page is pasted into instead.
#[cfg(not(target_os = "linux"))]
pub(super) struct NoEyes;

#[cfg(not(target_os = "linux"))]
#[async_trait]
impl Eyes for NoEyes {
    fn sees_clipboard(&self) -> bool {
        false
    }
    async fn clipboard(&self) -> Option<Clip> {
        None
    }
    fn has_scanner(&self) -> bool {
        false
    }
    async fn scanner(&self) -> Option<String> {
        None
    }
}

#[cfg(target_os = "linux")]
pub(super) use linux::GtkEyes;

#[cfg(target_os = "linux")]
mod linux {
    use std::time::Duration;

    use gtk::gdk_pixbuf::{Colorspace, Pixbuf};
    use gtk::{Clipboard, gdk};
    use tauri::{AppHandle, Runtime};
    use tokio::sync::oneshot;

    use super::{Clip, Eyes, async_trait};

    /// How long another program may take to hand out what it has copied.
    const PATIENCE: Duration = Duration::from_secs(5);

    /// Looks with GTK, on its own thread.
    pub(in crate::scan) struct GtkEyes<R: Runtime>(AppHandle<R>);

    impl<R: Runtime> GtkEyes<R> {
        pub(in crate::scan) fn new(app: AppHandle<R>) -> Self {
            Self(app)
        }

        /// Asks the clipboard. Its owner is another program, which may never answer.
        async fn ask<T: Send + 'static>(
            &self,
            ask: impl FnOnce(&Clipboard, oneshot::Sender<Option<T>>) + Send + 'static,
        ) -> Option<T> {
            let (tell, told) = oneshot::channel();
            let asked = self.0.run_on_main_thread(move || {
                ask(&Clipboard::get(&gdk::SELECTION_CLIPBOARD), tell);
            });
            asked.ok()?;
            let told = tokio::time::timeout(PATIENCE, told).await;
            told.ok()?.ok().flatten()
        }
    }

    #[async_trait]
    impl<R: Runtime> Eyes for GtkEyes<R> {
        fn sees_clipboard(&self) -> bool {
            true
        }

        async fn clipboard(&self) -> Option<Clip> {
            let picture = self.ask(|clipboard, tell| {
                clipboard.request_image(move |_, picture| {
                    // The asker may be gone: then nobody looks.
                    let _ = tell.send(picture.and_then(pixels));
                });
            });
            if let Some(clip) = picture.await {
                return Some(clip);
            }
            self.ask(|clipboard, tell| {
                clipboard.request_text(move |_, text| {
                    let _ = tell.send(text.map(|text| Clip::Text(text.to_owned())));
                });
            })
            .await
        }

        fn has_scanner(&self) -> bool {
            false
        }

        async fn scanner(&self) -> Option<String> {
            None
        }
    }

    /// Copies a picture without the gaps between its rows.
    fn pixels(picture: &Pixbuf) -> Option<Clip> {
        let known = picture.colorspace() == Colorspace::Rgb && picture.bits_per_sample() == 8;
        if !known {
            return None;
        }
        let number = |number: i32| usize::try_from(number).ok();
        let (width, height) = (number(picture.width())?, number(picture.height())?);
        let (stride, channels) = (number(picture.rowstride())?, number(picture.n_channels())?);
        if width.checked_mul(height)? > satchel_qr::MAX_PIXELS {
            return Some(Clip::Picture(width, height, Vec::new()));
        }
        let bytes = picture.read_pixel_bytes();
        let mut rgba = Vec::with_capacity(width * height * 4);
        for y in 0..height {
            let row = bytes.get(y * stride..y * stride + width * channels)?;
            for pixel in row.chunks_exact(channels) {
                match *pixel {
                    [red, green, blue] => rgba.extend([red, green, blue, u8::MAX]),
                    [red, green, blue, opacity] => rgba.extend([red, green, blue, opacity]),
                    _ => return None,
                }
            }
        }
        Some(Clip::Picture(width, height, rgba))
    }
}
