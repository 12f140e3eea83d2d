//! One window, one page, no commands.
fn main() {
    tauri::Builder::default()
        .run(tauri::generate_context!())
        .expect("the system opens a window");
}
