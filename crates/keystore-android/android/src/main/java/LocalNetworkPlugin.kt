package org.satchel.keystore

import android.app.Activity
import android.os.Build
import app.tauri.PermissionState
import app.tauri.annotation.Command
import app.tauri.annotation.Permission
import app.tauri.annotation.PermissionCallback
import app.tauri.annotation.TauriPlugin
import app.tauri.plugin.Invoke
import app.tauri.plugin.Plugin

/** Android 17, the first that asks. */
private const val FIRST = 37

private const val ALIAS = "localNetwork"

/**
 * Asks for the local network, for `satchel-keystore-android` alone: no capability grants a page any of this.
 *
 * Android reference, Manifest.permission.ACCESS_LOCAL_NETWORK (API 37): needed to connect to devices of a local
 * network and to be reached there; a dangerous permission, so that it is asked for while the program runs. It
 * belongs to the group of nearby devices, under which people find it in the settings. Older versions do not know it,
 * and let everybody in.
 */
@TauriPlugin(
    permissions = [
        Permission(strings = ["android.permission.ACCESS_LOCAL_NETWORK"], alias = ALIAS),
    ],
)
class LocalNetworkPlugin(activity: Activity) : Plugin(activity) {
    /** Resolves with a yes and rejects with a no. The system shows its question once, or not at all after two noes. */
    @Command
    fun ask(invoke: Invoke) {
        if (Build.VERSION.SDK_INT < FIRST) invoke.resolve()
        else if (getPermissionState(ALIAS) == PermissionState.GRANTED) invoke.resolve()
        else requestPermissionForAlias(ALIAS, invoke, "answered")
    }

    @PermissionCallback
    fun answered(invoke: Invoke) {
        if (getPermissionState(ALIAS) == PermissionState.GRANTED) invoke.resolve()
        else invoke.reject("denied", "denied")
    }
}
