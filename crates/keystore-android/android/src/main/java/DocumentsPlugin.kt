package org.satchel.keystore

import android.app.Activity
import android.content.ClipData
import android.content.Intent
import android.net.Uri
import android.provider.DocumentsContract
import app.tauri.annotation.Command
import app.tauri.annotation.InvokeArg
import app.tauri.annotation.TauriPlugin
import app.tauri.plugin.Invoke
import app.tauri.plugin.Plugin

/** Behind the application's name: who serves the files that are handed over, as the manifest names it. */
private const val SERVER = ".shared"

/** What res/xml/shared_files.xml calls the folder that they lie in. */
private const val FOLDER = "shared"

@InvokeArg
internal class Addressed {
    lateinit var address: String
}

@InvokeArg
internal class ToHand {
    var text: String? = null

    /** Below that folder. */
    var file: String? = null
}

/**
 * Documents of other programs, and what is handed to them, for `satchel-keystore-android` alone: no capability grants
 * a page any of this.
 */
@TauriPlugin
class DocumentsPlugin(private val activity: Activity) : Plugin(activity) {
    /** Removes a document. Its keeper may not let others do that. */
    @Command
    fun remove(invoke: Invoke) {
        val address = Uri.parse(invoke.parseArgs(Addressed::class.java).address)
        val removed = try {
            DocumentsContract.deleteDocument(activity.contentResolver, address)
        } catch (_: Exception) {
            // Gone already, not lent for that, or its keeper failed: an exception's text may name it.
            false
        }
        if (removed) invoke.resolve() else invoke.reject("kept", "kept")
    }

    /** Shows the system's sheet. It says neither who was chosen nor whether anybody was. */
    @Command
    fun hand(invoke: Invoke) {
        val given = invoke.parseArgs(ToHand::class.java)
        val send = Intent(Intent.ACTION_SEND)
        val text = given.text
        val file = given.file
        if (text != null) {
            send.type = "text/plain"
            send.putExtra(Intent.EXTRA_TEXT, text)
        } else if (file != null) {
            val address = served(file)
            send.type = "application/octet-stream"
            send.putExtra(Intent.EXTRA_STREAM, address)
            // Whoever is chosen may read this one, and nobody else any (Android reference, Intent.ACTION_SEND).
            send.clipData = ClipData.newRawUri("", address)
            send.addFlags(Intent.FLAG_GRANT_READ_URI_PERMISSION)
        }
        try {
            activity.startActivity(Intent.createChooser(send, null))
            invoke.resolve()
        } catch (_: Exception) {
            invoke.reject("not shown", "not shown")
        }
    }

    private fun served(file: String): Uri {
        val address = Uri.Builder().scheme("content").authority(activity.packageName + SERVER).appendPath(FOLDER)
        file.split('/').forEach { address.appendPath(it) }
        return address.build()
    }
}
