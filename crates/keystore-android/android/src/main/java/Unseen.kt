package org.satchel.keystore

import android.app.Activity
import android.app.Application
import android.os.Bundle
import android.view.Window
import android.view.WindowManager

/**
 * Keeps what the program shows out of screenshots, recordings, other screens that are not secure, and the
 * pictures of the list of recent apps (Android reference, WindowManager.LayoutParams.FLAG_SECURE). The window
 * that shows recovery words is an activity of its own, so each activity gets it when it is made.
 */
internal object Unseen : Application.ActivityLifecycleCallbacks {
    /** Begins with an activity that is there, and goes on with all that come. */
    fun from(activity: Activity) {
        val program: Application = activity.application
        program.registerActivityLifecycleCallbacks(this)
        activity.runOnUiThread { hide(activity) }
    }

    private fun hide(activity: Activity) {
        val window: Window = activity.window
        window.addFlags(WindowManager.LayoutParams.FLAG_SECURE)
    }

    override fun onActivityCreated(activity: Activity, state: Bundle?) = hide(activity)

    override fun onActivityStarted(activity: Activity) = Unit

    override fun onActivityResumed(activity: Activity) = Unit

    override fun onActivityPaused(activity: Activity) = Unit

    override fun onActivityStopped(activity: Activity) = Unit

    override fun onActivitySaveInstanceState(activity: Activity, state: Bundle) = Unit

    override fun onActivityDestroyed(activity: Activity) = Unit
}
