package org.satchel.keystore

import android.content.Context
import android.util.AtomicFile
import java.io.File
import java.io.FileNotFoundException

private const val VERSION: Byte = 1
private const val NONCE = 12
private const val SECRET = 32
private const val TAG = 16
private const val LENGTH = 1 + NONCE + SECRET + TAG

/** A nonce and what was sealed with it. */
internal class Sealed(val nonce: ByteArray, val text: ByteArray)

/**
 * What was sealed, one file an item: version (1 byte), nonce (12), secret and tag (48).
 *
 * Context.getNoBackupFilesDir: private to the app, and left out of every backup.
 */
internal class SealedFiles(context: Context) {
    private val folder = File(context.noBackupFilesDir, "keystore")

    /** Writes an item, whole or not at all (Android reference, AtomicFile). */
    fun write(name: String, sealed: Sealed) {
        if (sealed.nonce.size != NONCE || sealed.text.size != SECRET + TAG) throw Refused(Refusal.BROKEN)
        if (!folder.isDirectory && !folder.mkdirs()) throw Refused(Refusal.BROKEN)
        val file = file(name)
        val out = file.startWrite()
        try {
            out.write(byteArrayOf(VERSION) + sealed.nonce + sealed.text)
            file.finishWrite(out)
        } catch (error: Exception) {
            file.failWrite(out)
            throw error
        }
    }

    /** Reads an item. What has another form was not written by this, and is as good as gone. */
    fun read(name: String): Sealed {
        val bytes = try {
            file(name).readFully()
        } catch (_: FileNotFoundException) {
            throw Refused(Refusal.ABSENT)
        }
        if (bytes.size != LENGTH || bytes[0] != VERSION) throw Refused(Refusal.KEY_INVALIDATED)
        return Sealed(bytes.copyOfRange(1, 1 + NONCE), bytes.copyOfRange(1 + NONCE, LENGTH))
    }

    fun delete(name: String) = file(name).delete()

    private fun file(name: String) = AtomicFile(File(folder, name))
}
