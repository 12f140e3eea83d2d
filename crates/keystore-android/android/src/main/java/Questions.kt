package org.satchel.keystore

import android.app.Activity
import android.app.Application
import android.os.Bundle
import android.os.CancellationSignal
import app.tauri.plugin.Invoke
import app.tauri.plugin.JSObject
import java.util.concurrent.ConcurrentHashMap

/**
 * Questions to a person that wait for an answer. They are taken back when Rust wants no answer any more, and when the
 * activity that asks is not seen any more or gone: an answer would then be to something that nobody remembers.
 *
 * A prompt that is asked for with a signal that was cancelled before shows nothing and answers nothing. So a signal is
 * cancelled on the window's thread alone, on which it is looked at right before the prompt is asked for.
 */
internal class Questions(private val activity: Activity) : Application.ActivityLifecycleCallbacks {
    private val waiting = ConcurrentHashMap<Long, CancellationSignal>()

    init {
        val program: Application = activity.application
        program.registerActivityLifecycleCallbacks(this)
    }

    /** Begins a question. It can be taken back from here on, also while its key is still being made. */
    fun begin(number: Long, invoke: Invoke): Question {
        val signal = CancellationSignal()
        waiting[number] = signal
        return Question(invoke, signal) { waiting.remove(number) }
    }

    /** Takes a question back; one that was answered stays answered. */
    fun takeBack(number: Long) = activity.runOnUiThread { waiting[number]?.cancel() }

    private fun takeAllBack(of: Activity) {
        if (of === activity) waiting.values.forEach { it.cancel() }
    }

    override fun onActivityCreated(activity: Activity, state: Bundle?) = Unit

    override fun onActivityStarted(activity: Activity) = Unit

    override fun onActivityResumed(activity: Activity) = Unit

    override fun onActivityPaused(activity: Activity) = Unit

    override fun onActivityStopped(activity: Activity) = takeAllBack(activity)

    override fun onActivitySaveInstanceState(activity: Activity, state: Bundle) = Unit

    override fun onActivityDestroyed(activity: Activity) {
        takeAllBack(activity)
        // Another activity has questions of its own.
        if (activity === this.activity) activity.application.unregisterActivityLifecycleCallbacks(this)
    }
}

/** One of them: how it is answered, and what takes it back. */
internal class Question(private val invoke: Invoke, val signal: CancellationSignal, private val end: () -> Unit) {
    fun resolve() {
        end()
        invoke.resolve()
    }

    fun resolve(answer: JSObject) {
        end()
        invoke.resolve(answer)
    }

    /** Says the code and never an exception's text, which may quote values. */
    fun refuse(why: Refusal) {
        end()
        invoke.reject(why.code, why.code)
    }
}
