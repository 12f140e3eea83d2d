package org.satchel.keystore

import android.content.Context
import android.content.pm.PackageManager
import android.security.keystore.KeyGenParameterSpec
import android.security.keystore.KeyProperties
import android.security.keystore.StrongBoxUnavailableException
import java.security.KeyStore
import javax.crypto.Cipher
import javax.crypto.KeyGenerator
import javax.crypto.SecretKey
import javax.crypto.spec.GCMParameterSpec

private const val KEYSTORE = "AndroidKeyStore"
private const val CIPHER = "AES/GCM/NoPadding"
private const val TAG_BITS = 128

/** Keys of the Keystore, one an item. They never leave it. */
internal class Keys(private val context: Context) {
    /** Makes a key, in place of an earlier one of the name. */
    fun make(name: String): SecretKey {
        if (context.packageManager.hasSystemFeature(PackageManager.FEATURE_STRONGBOX_KEYSTORE)) {
            try {
                return generate(spec(name).setIsStrongBoxBacked(true).build())
            } catch (_: StrongBoxUnavailableException) {
                // It is there and does not do this; the trusted environment does.
            }
        }
        return generate(spec(name).build())
    }

    /** Returns a cipher that seals, once the person was there. */
    fun sealing(name: String): Cipher {
        val cipher = Cipher.getInstance(CIPHER)
        // The Keystore draws the nonce, and takes none from outside (setRandomizedEncryptionRequired,
        // true unless said otherwise).
        cipher.init(Cipher.ENCRYPT_MODE, make(name))
        return cipher
    }

    /** Returns a cipher that opens what was sealed with the nonce, once the person was there. */
    fun opening(name: String, nonce: ByteArray): Cipher {
        val key = store().getKey(alias(name), null) ?: throw Refused(Refusal.KEY_INVALIDATED)
        val cipher = Cipher.getInstance(CIPHER)
        cipher.init(Cipher.DECRYPT_MODE, key, GCMParameterSpec(TAG_BITS, nonce))
        return cipher
    }

    /** Deletes a key; one that is not there is deleted. */
    fun delete(name: String) {
        val store = store()
        if (store.containsAlias(alias(name))) store.deleteEntry(alias(name))
    }

    private fun store(): KeyStore = KeyStore.getInstance(KEYSTORE).apply { load(null) }

    private fun alias(name: String) = "satchel-$name"

    private fun generate(spec: KeyGenParameterSpec): SecretKey {
        val generator = KeyGenerator.getInstance(KeyProperties.KEY_ALGORITHM_AES, KEYSTORE)
        generator.init(spec)
        return generator.generateKey()
    }

    /** Android reference, KeyGenParameterSpec.Builder, for each of these. */
    private fun spec(name: String): KeyGenParameterSpec.Builder {
        val purposes = KeyProperties.PURPOSE_ENCRYPT or KeyProperties.PURPOSE_DECRYPT
        return KeyGenParameterSpec.Builder(alias(name), purposes)
            .setKeySize(256)
            .setBlockModes(KeyProperties.BLOCK_MODE_GCM)
            .setEncryptionPaddings(KeyProperties.ENCRYPTION_PADDING_NONE)
            // Used only after the person was there, which the Keystore checks by itself...
            .setUserAuthenticationRequired(true)
            // ...at every use (0 seconds), by strong biometry and not by the PIN that was seen.
            .setUserAuthenticationParameters(0, KeyProperties.AUTH_BIOMETRIC_STRONG)
            // Whoever adds a finger adds no way in. True by default; said so that nobody need know.
            .setInvalidatedByBiometricEnrollment(true)
            // Not from behind the lock screen.
            .setUnlockedDeviceRequired(true)
    }
}
