// Written by Tauri's build into the project; this is what it adds for ours.
package org.satchel.wallet

import android.os.Bundle
import androidx.activity.ComponentActivity

abstract class TauriActivity : ComponentActivity() {
    override fun onCreate(savedInstanceState: Bundle?) = Unit
}
