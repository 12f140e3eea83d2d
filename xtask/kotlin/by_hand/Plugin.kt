package app.tauri.plugin

import android.app.Activity
import app.tauri.PermissionState

// Tauri's own needs all of its Android library. `check-kotlin` looks that Tauri declares it so.
abstract class Plugin(private val activity: Activity) {
    protected fun requestPermissionForAlias(alias: String, invoke: Invoke, callbackName: String) {
        error("$alias $invoke $callbackName $activity")
    }

    fun getPermissionState(alias: String): PermissionState? = error(alias)
}
