// As `Androidx.kt`. https://developer.android.com/reference/androidx/core/view/ViewCompat
package androidx.core.view

import android.view.View
import androidx.core.graphics.Insets

fun interface OnApplyWindowInsetsListener {
    fun onApplyWindowInsets(view: View, insets: WindowInsetsCompat): WindowInsetsCompat
}

object ViewCompat {
    @JvmStatic fun setOnApplyWindowInsetsListener(view: View, listener: OnApplyWindowInsetsListener?) = Unit
}

class WindowInsetsCompat private constructor() {
    fun getInsets(types: Int): Insets = Insets()

    object Type {
        @JvmStatic fun systemBars(): Int = 0
        @JvmStatic fun displayCutout(): Int = 0
        @JvmStatic fun ime(): Int = 0
    }

    companion object {
        @JvmField val CONSUMED: WindowInsetsCompat = WindowInsetsCompat()
    }
}
