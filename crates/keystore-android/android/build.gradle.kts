// Never built where this is developed: neither Gradle nor an Android SDK was at hand.
import org.jetbrains.kotlin.gradle.dsl.JvmTarget

plugins {
    id("com.android.library")
    id("org.jetbrains.kotlin.android")
}

android {
    namespace = "org.satchel.keystore"
    compileSdk = 36

    defaultConfig {
        // What it needs is there since API 30; below that it says that there is no strong biometry.
        minSdk = 24
    }

    compileOptions {
        sourceCompatibility = JavaVersion.VERSION_1_8
        targetCompatibility = JavaVersion.VERSION_1_8
    }
}

kotlin {
    compilerOptions {
        jvmTarget = JvmTarget.JVM_1_8
    }
}

dependencies {
    // Plugin and Invoke. Of Android's libraries the system's own are enough.
    implementation(project(":tauri-android"))
}
