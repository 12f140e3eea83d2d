package org.satchel.keystore

import android.hardware.biometrics.BiometricPrompt
import android.os.Build
import android.security.KeyStoreException
import android.security.keystore.KeyPermanentlyInvalidatedException
import android.security.keystore.UserNotAuthenticatedException
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

/** Causes of causes that are looked at: the Keystore has two at most. */
private const val DEEPEST = 8

/**
 * Returns what an exception of the Keystore means.
 *
 * KEY_INVALIDATED has the door taken out of the wallet, so it is said of proof alone: the Keystore's own word
 * that the key is gone for good. All else may be otherwise the next time, and what is not known is BROKEN.
 *
 * The Keystore wraps what happened in exceptions of Java's that say less: UnrecoverableKeyException of the lookup
 * ("if a key in the keystore cannot be recovered", KeyStore.getKey), InvalidKeyException of Cipher.init,
 * IllegalBlockSizeException of Cipher.doFinal, ProviderException. Whatever failed below, a busy service as well as
 * a lost key, comes in the same one; so these mean nothing by themselves, and their causes are looked at.
 */
internal fun meaningOf(error: Throwable): Refusal =
    generateSequence(error) { it.cause }.take(DEEPEST).firstNotNullOfOrNull(::meaningAlone)
        ?: Refusal.BROKEN

/** Returns what an exception means without its causes; null: nothing by itself. */
private fun meaningAlone(error: Throwable): Refusal? = when (error) {
    is Refused -> error.why
    // Android reference, KeyPermanentlyInvalidatedException: such keys are "permanently and irreversibly
    // invalidated" when the secure lock screen is disabled or forcibly reset; and, as each use asks for biometry,
    // "once a new fingerprint is enrolled or once no more fingerprints are enrolled".
    is KeyPermanentlyInvalidatedException -> Refusal.KEY_INVALIDATED
    // Java's reference: a cipher such as GCM could not verify the tag that came with the text. The key is there
    // and was used: what lies in the file was not sealed by it for this name, and will be no better tomorrow.
    is AEADBadTagException -> Refusal.KEY_INVALIDATED
    // Android reference, UserNotAuthenticatedException: "Authenticating the user will resolve this issue." A key
    // that is asked for at every use says so at Cipher.init only while the device is locked (setUnlockedDeviceRequired).
    is UserNotAuthenticatedException -> Refusal.DEVICE_LOCKED
    is KeyStoreException -> meaningOfCode(error)
    else -> null
}

/** Returns what the Keystore's own exception means (Android reference, android.security.KeyStoreException). */
private fun meaningOfCode(error: KeyStoreException): Refusal? {
    // The class is older; what it says has been for apps to read since API 33.
    if (Build.VERSION.SDK_INT < Build.VERSION_CODES.TIRAMISU) return null
    return when (error.numericErrorCode) {
        // "The key the operation refers to doesn't exist"; a key that was invalidated is told so as well.
        KeyStoreException.ERROR_KEY_DOES_NOT_EXIST,
        // "The key is corrupted and could not be recovered."
        KeyStoreException.ERROR_KEY_CORRUPTED -> Refusal.KEY_INVALIDATED
        // "The key could not be used because the user needs to authenticate first", as by unlocking the device.
        KeyStoreException.ERROR_USER_AUTHENTICATION_REQUIRED -> Refusal.DEVICE_LOCKED
        // No lock screen is set up: "Instruct the user to set an LSKF and retry."
        KeyStoreException.ERROR_KEYSTORE_UNINITIALIZED -> Refusal.NO_BIOMETRY
        // Others used the Keystore while the person was asked: "re-create the crypto object and try again".
        KeyStoreException.ERROR_KEY_OPERATION_EXPIRED -> Refusal.CANCELLED
        // The system, the trusted hardware, or a fault of this program: none says that the key is gone.
        else -> null
    }
}

/** Returns what an error of the prompt means (Android reference, BiometricPrompt's constants). */
internal fun meaningOf(promptError: Int): Refusal = when (promptError) {
    BiometricPrompt.BIOMETRIC_ERROR_USER_CANCELED,
    // The system took the prompt away: another app came to the front, the device was locked, or another prompt.
    BiometricPrompt.BIOMETRIC_ERROR_CANCELED,
    // Nobody touched it for a time that the sensor sets, 30 seconds as a rule.
    BiometricPrompt.BIOMETRIC_ERROR_TIMEOUT,
    // The sensor could not read what it saw. The next try may.
    BiometricPrompt.BIOMETRIC_ERROR_UNABLE_TO_PROCESS -> Refusal.CANCELLED
    // Five wrong fingers, for 30 seconds; and, after more of that, until the device is unlocked with PIN, pattern
    // or password. Neither says anything of the key.
    BiometricPrompt.BIOMETRIC_ERROR_LOCKOUT,
    BiometricPrompt.BIOMETRIC_ERROR_LOCKOUT_PERMANENT -> Refusal.DEVICE_LOCKED
    BiometricPrompt.BIOMETRIC_ERROR_HW_UNAVAILABLE,
    BiometricPrompt.BIOMETRIC_ERROR_HW_NOT_PRESENT,
    BiometricPrompt.BIOMETRIC_ERROR_NO_BIOMETRICS,
    BiometricPrompt.BIOMETRIC_ERROR_NO_DEVICE_CREDENTIAL -> Refusal.NO_BIOMETRY
    else -> Refusal.BROKEN
}
