// What the first activity uses of AndroidX: signatures as AndroidX has them, without their bodies.
package androidx.activity

import android.app.Activity

open class ComponentActivity : Activity()

@JvmOverloads
fun ComponentActivity.enableEdgeToEdge(statusBarStyle: Any = Unit, navigationBarStyle: Any = Unit) = Unit
