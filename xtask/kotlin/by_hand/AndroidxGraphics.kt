// As `Androidx.kt`.
package androidx.core.graphics

class Insets {
    @JvmField val left: Int = 0
    @JvmField val top: Int = 0
    @JvmField val right: Int = 0
    @JvmField val bottom: Int = 0
}
