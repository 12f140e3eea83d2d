package org.satchel.wallet

import android.content.res.Configuration
import android.os.Build
import android.os.Bundle
import android.view.View
import android.view.ViewGroup
import android.view.WindowManager
import android.webkit.WebSettings
import android.webkit.WebView
import androidx.activity.enableEdgeToEdge
import androidx.core.view.ViewCompat
import androidx.core.view.WindowInsetsCompat
import kotlin.math.roundToInt

/** Where the system enters. What it does beyond Tauri's own is to keep others from looking and from reaching in. */
class MainActivity : TauriActivity() {
  override fun onCreate(savedInstanceState: Bundle?) {
    enableEdgeToEdge()
    // Before anything is drawn: no screenshot, no recording, a blank picture in the list of recent apps.
    window.addFlags(WindowManager.LayoutParams.FLAG_SECURE)
    if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.S) {
      window.setHideOverlayWindows(true)
    }
    super.onCreate(savedInstanceState)
    val content: View = findViewById(android.R.id.content)
    // Where overlays cannot be hidden, a touch that went through one is not taken.
    content.filterTouchesWhenObscured = true
    // Web views before 140 do not tell their page where the bars are, and none of them where the keyboard is. So
    // the page gets what is left, and need not know.
    ViewCompat.setOnApplyWindowInsetsListener(content) { view, insets ->
      val taken = WindowInsetsCompat.Type.systemBars() or
        WindowInsetsCompat.Type.displayCutout() or
        WindowInsetsCompat.Type.ime()
      val edges = insets.getInsets(taken)
      view.setPadding(edges.left, edges.top, edges.right, edges.bottom)
      WindowInsetsCompat.CONSUMED
    }
  }

  // A web view asks only once, when it is made, how large its owner wants text.
  override fun onConfigurationChanged(newConfig: Configuration) {
    super.onConfigurationChanged(newConfig)
    zoomText(window.decorView, (newConfig.fontScale * 100).roundToInt())
  }

  private fun zoomText(view: View, percent: Int) {
    if (view is WebView) {
      val settings: WebSettings = view.settings
      settings.textZoom = percent
    } else if (view is ViewGroup) {
      for (at in 0 until view.childCount) zoomText(view.getChildAt(at), percent)
    }
  }
}
