package app.tauri.plugin

import android.app.Activity

// Tauri's own needs all of its Android library. `check-kotlin` looks that Tauri declares it so.
abstract class Plugin(private val activity: Activity)
