//! A display of our own, and what can be seen on it.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use x11rb::connection::Connection;
use x11rb::protocol::xproto::{ConnectionExt, ImageFormat, Window};
use x11rb::rust_connection::RustConnection;

const WIDTH: u16 = 1280;
const HEIGHT: u16 = 900;
/// A button has thousands of pixels of its ground colour, anti-aliased edges have few of any.
const ENOUGH: usize = 500;

/// An X server without a screen. It ends with this value.
pub struct Display {
    server: Child,
    /// Such as `:99`.
    pub name: String,
    connection: RustConnection,
    root: Window,
}

impl Display {
    /// Starts one on a free number.
    pub fn open() -> Self {
        let screen = format!("{WIDTH}x{HEIGHT}x24");
        let mut server = Command::new("Xvfb")
            .args([
                "-displayfd",
                "1",
                "-nolisten",
                "tcp",
                "-screen",
                "0",
                &screen,
            ])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("Xvfb is installed by `cargo xtask setup`");
        let mut number = String::new();
        let pipe = server.stdout.take().expect("it was piped");
        BufReader::new(pipe)
            .read_line(&mut number)
            .expect("the server says its number");
        let name = format!(":{}", number.trim());
        let (connection, screen) =
            RustConnection::connect(Some(&name)).expect("the server that was just started");
        let root = connection.setup().roots[screen].root;
        Self {
            server,
            name,
            connection,
            root,
        }
    }

    /// Returns whether a patch of this colour (0xRRGGBB) is on the screen.
    pub fn shows(&self, colour: u32) -> bool {
        let pixels = self
            .connection
            .get_image(ImageFormat::Z_PIXMAP, self.root, 0, 0, WIDTH, HEIGHT, !0)
            .expect("the server is there")
            .reply()
            .expect("the root window can be read")
            .data;
        let wanted = colour.to_le_bytes();
        pixels
            .chunks_exact(4)
            .filter(|pixel| pixel[..3] == wanted[..3])
            .nth(ENOUGH)
            .is_some()
    }
}

impl Drop for Display {
    fn drop(&mut self) {
        // Already gone is as good.
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}
