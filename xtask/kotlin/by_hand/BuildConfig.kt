package app.tauri

// What Gradle would write.
object BuildConfig {
    const val DEBUG = false
}
