package android

// What is named and not described in the signatures.
@Suppress("ClassName")
class R {
    class id {
        companion object {
            const val content: Int = 0x01020002
        }
    }
}
