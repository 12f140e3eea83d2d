package org.satchel.keystore

import android.hardware.biometrics.BiometricPrompt
import android.security.keystore.KeyPermanentlyInvalidatedException
import android.security.keystore.UserNotAuthenticatedException
import java.security.UnrecoverableKeyException
import javax.crypto.AEADBadTagException

/** What is said instead of a value. The codes are those of `answer.rs`. */
internal enum class Refusal(val code: String) {
    ABSENT("absent"),
    KEY_INVALIDATED("keyInvalidated"),
    DEVICE_LOCKED("deviceLocked"),
    CANCELLED("cancelled"),
    NO_BIOMETRY("noBiometry"),
    BROKEN("broken"),
}

internal class Refused(val why: Refusal) : Exception()

/** Returns what an exception of the Keystore means. */
internal fun meaningOf(error: Throwable): Refusal = when (error) {
    is Refused -> error.why
    // Android reference, KeyPermanentlyInvalidatedException: the key "can no longer be used because it
    // has been permanently invalidated", as by a new finger or a lock screen that was taken off.
    is KeyPermanentlyInvalidatedException -> Refusal.KEY_INVALIDATED
    // Reading such a key out of the Keystore says this instead (KeyStore.getKey: "if the key cannot be
    // recovered").
    is UnrecoverableKeyException -> Refusal.KEY_INVALIDATED
    // What lies in the file was not sealed by this key for this name, and never will have been.
    is AEADBadTagException -> Refusal.KEY_INVALIDATED
    // Android reference, setUnlockedDeviceRequired: a key is not to be used while the device is locked.
    is UserNotAuthenticatedException -> Refusal.DEVICE_LOCKED
    else -> Refusal.BROKEN
}

/** Returns what an error of the prompt means (Android reference, BiometricPrompt's constants). */
internal fun meaningOf(promptError: Int): Refusal = when (promptError) {
    BiometricPrompt.BIOMETRIC_ERROR_USER_CANCELED,
    // The system took the prompt away: another app came to the front, or another prompt.
    BiometricPrompt.BIOMETRIC_ERROR_CANCELED,
    BiometricPrompt.BIOMETRIC_ERROR_TIMEOUT -> Refusal.CANCELLED
    // Too many wrong fingers; the second kind lasts until the device was unlocked otherwise.
    BiometricPrompt.BIOMETRIC_ERROR_LOCKOUT,
    BiometricPrompt.BIOMETRIC_ERROR_LOCKOUT_PERMANENT -> Refusal.DEVICE_LOCKED
    BiometricPrompt.BIOMETRIC_ERROR_HW_UNAVAILABLE,
    BiometricPrompt.BIOMETRIC_ERROR_HW_NOT_PRESENT,
    BiometricPrompt.BIOMETRIC_ERROR_NO_BIOMETRICS,
    BiometricPrompt.BIOMETRIC_ERROR_NO_DEVICE_CREDENTIAL -> Refusal.NO_BIOMETRY
    else -> Refusal.BROKEN
}
