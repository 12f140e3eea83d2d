package org.satchel.keystore

import android.app.Activity
import android.app.KeyguardManager
import android.content.Context
import android.hardware.biometrics.BiometricManager
import android.hardware.biometrics.BiometricPrompt
import android.os.Build
import android.util.Base64
import app.tauri.annotation.Command
import app.tauri.annotation.InvokeArg
import app.tauri.annotation.TauriPlugin
import app.tauri.plugin.Invoke
import app.tauri.plugin.JSObject
import app.tauri.plugin.Plugin
import java.util.concurrent.Executors
import javax.crypto.Cipher

@InvokeArg
internal class Named {
    lateinit var name: String
}

@InvokeArg
internal class ToOpen {
    lateinit var name: String

    /** By which the question can be taken back. */
    var question: Long = 0
}

@InvokeArg
internal class ToTakeBack {
    var question: Long = 0
}

@InvokeArg
internal class ToSeal {
    lateinit var name: String

    /** By which the question can be taken back. */
    var question: Long = 0

    /** Base64. A text of the JVM cannot be wiped; the bytes made of it are. */
    lateinit var secret: String
}

/**
 * The Keystore, for `satchel-keystore-android` alone: no capability grants a page any of this.
 *
 * What each command does is said at `KeystoreBridge` of `satchel-keychain`. Nothing is decided here:
 * whether a key may be used the Keystore decides, which only a touch unlocks.
 */
@TauriPlugin
class KeystorePlugin(private val activity: Activity) : Plugin(activity) {
    private val keys = Keys(activity)
    private val files = SealedFiles(activity)
    private val questions = Questions(activity)

    /** Keys take up to seconds to make in a StrongBox, for which the window must not stand still. */
    private val worker = Executors.newSingleThreadExecutor()

    init {
        Unseen.from(activity)
    }

    @Command
    fun ready(invoke: Invoke) = answer(invoke) {
        biometryIsThere()
        invoke.resolve()
    }

    @Command
    fun seal(invoke: Invoke) = refusing(invoke) {
        val given = invoke.parseArgs(ToSeal::class.java)
        val name = checked(given.name)
        answer(questions.begin(given.question, invoke)) { question ->
            biometryIsThere()
            deviceIsUnlocked()
            // An earlier key is replaced below, and what it sealed would open nothing any more.
            files.delete(name)
            ask(question, keys.sealing(name), "Let this device open your wallet") { cipher ->
                val secret = Base64.decode(given.secret, Base64.NO_WRAP)
                try {
                    cipher.updateAAD(name.toByteArray())
                    files.write(name, Sealed(cipher.iv, cipher.doFinal(secret)))
                } finally {
                    secret.fill(0)
                }
                question.resolve()
            }
        }
    }

    @Command
    fun open(invoke: Invoke) = refusing(invoke) {
        val given = invoke.parseArgs(ToOpen::class.java)
        val name = checked(given.name)
        answer(questions.begin(given.question, invoke)) { question ->
            val sealed = files.read(name)
            biometryIsThere()
            deviceIsUnlocked()
            ask(question, keys.opening(name, sealed.nonce), "Use your wallet") { cipher ->
                cipher.updateAAD(name.toByteArray())
                val secret = cipher.doFinal(sealed.text)
                try {
                    val text = Base64.encodeToString(secret, Base64.NO_WRAP)
                    question.resolve(JSObject().apply { put("secret", text) })
                } finally {
                    secret.fill(0)
                }
            }
        }
    }

    /** Takes a question back. What it was asked for is refused as if its person had said no. */
    @Command
    fun takeBack(invoke: Invoke) = refusing(invoke) {
        questions.takeBack(invoke.parseArgs(ToTakeBack::class.java).question)
        invoke.resolve()
    }

    @Command
    fun delete(invoke: Invoke) = answer(invoke) {
        val name = checked(invoke.parseArgs(Named::class.java).name)
        // First the key: without it the file opens nothing.
        keys.delete(name)
        files.delete(name)
        invoke.resolve()
    }

    /** Does the work beside the window's thread and answers for what goes wrong in it. */
    private fun answer(invoke: Invoke, work: () -> Unit) = worker.execute { refusing(invoke, work) }

    private fun answer(question: Question, work: (Question) -> Unit) =
        worker.execute { refusing(question) { work(question) } }

    private fun refusing(invoke: Invoke, work: () -> Unit) {
        try {
            work()
        } catch (error: Throwable) {
            // The code and never an exception's text, which may quote values.
            val why = meaningOf(error)
            invoke.reject(why.code, why.code)
        }
    }

    private fun refusing(question: Question, work: () -> Unit) {
        try {
            work()
        } catch (error: Throwable) {
            question.refuse(meaningOf(error))
        }
    }

    /** A name becomes a file's name and a key's. */
    private fun checked(name: String): String {
        if (!Regex("[a-z0-9-]{1,128}").matches(name)) throw Refused(Refusal.BROKEN)
        return name
    }

    private fun biometryIsThere() {
        // API 30 has setUserAuthenticationParameters and canAuthenticate(int).
        if (Build.VERSION.SDK_INT < Build.VERSION_CODES.R) throw Refused(Refusal.NO_BIOMETRY)
        val biometry = activity.getSystemService(Context.BIOMETRIC_SERVICE) as BiometricManager
        val strong = biometry.canAuthenticate(BiometricManager.Authenticators.BIOMETRIC_STRONG)
        val isThere = strong == BiometricManager.BIOMETRIC_SUCCESS
        if (!isThere || !keyguard().isDeviceSecure) throw Refused(Refusal.NO_BIOMETRY)
    }

    private fun deviceIsUnlocked() {
        if (keyguard().isDeviceLocked) throw Refused(Refusal.DEVICE_LOCKED)
    }

    private fun keyguard() = activity.getSystemService(Context.KEYGUARD_SERVICE) as KeyguardManager

    /**
     * Asks the person and hands over the cipher that the answer unlocked, never another one.
     *
     * A finger that was not known keeps the question open (onAuthenticationFailed), and says nothing.
     */
    private fun ask(question: Question, locked: Cipher, title: String, then: (Cipher) -> Unit) {
        val heard = object : BiometricPrompt.AuthenticationCallback() {
            override fun onAuthenticationSucceeded(result: BiometricPrompt.AuthenticationResult) =
                refusing(question) {
                    then(result.cryptoObject?.cipher ?: throw Refused(Refusal.BROKEN))
                }

            override fun onAuthenticationError(code: Int, text: CharSequence) =
                question.refuse(meaningOf(code))
        }
        activity.runOnUiThread {
            refusing(question) {
                // A prompt would keep silent for ever.
                if (question.signal.isCanceled) throw Refused(Refusal.CANCELLED)
                BiometricPrompt.Builder(activity)
                    .setTitle(title)
                    .setAllowedAuthenticators(BiometricManager.Authenticators.BIOMETRIC_STRONG)
                    // A face that happens to be there is not yet a yes.
                    .setConfirmationRequired(true)
                    .setNegativeButton("Use the passphrase", worker) { _, _ ->
                        question.refuse(Refusal.CANCELLED)
                    }
                    .build()
                    .authenticate(
                        BiometricPrompt.CryptoObject(locked),
                        question.signal,
                        worker,
                        heard,
                    )
            }
        }
    }
}
