//! `cargo xtask check-kotlin`: type-checks the Kotlin of the Android shell without an Android SDK.
//!
//! Kotlin's compiler comes from npm, the signatures of Android's API from a package for Python, out of
//! which `xtask/kotlin/stubs.py` makes classes without bodies. Tauri's side is its own source, as far as
//! ours calls it. So names, types and nullability of our code are checked against the real ones; that
//! anything works is not.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::args::Args;
use crate::metadata::Metadata;
use crate::process;
use crate::setup::Consent;
use crate::setup::packages::{self, KOTLIN};

/// The compiler's name and version at npm.
const COMPILER: &str = "kotlin-compiler";
const COMPILER_VERSION: &str = "2.4.20";
/// Android 36, as signatures for Python.
const API: &str = "chaquopy-stubs-android";
const API_VERSION: &str = "36.20260406";

/// What is checked.
const OURS: [&str; 2] = [
    "crates/keystore-android/android/src/main/java",
    "gen/android/app/src/main/java",
];
/// The part of Tauri's Android library that it calls, below `app/tauri`.
const TAURI: [&str; 7] = [
    "plugin/Invoke.kt",
    "plugin/JSArray.kt",
    "plugin/JSObject.kt",
    "plugin/PluginResult.kt",
    "Logger.kt",
    "PermissionState.kt",
    "annotation",
];
/// What is written by hand in place of Tauri's own, and the lines by which Tauri declares it.
const BY_HAND: (&str, [&str; 3]) = (
    "plugin/Plugin.kt",
    [
        "abstract class Plugin(private val activity: Activity)",
        "  protected fun requestPermissionForAlias(\n    alias: String,\n    invoke: Invoke,\n    callbackName: String\n  )",
        "  fun getPermissionState(alias: String): PermissionState?",
    ],
);

pub fn command(args: Args) -> Result<ExitCode> {
    args.none_left()?;
    check(&Metadata::read()?)?;
    Ok(ExitCode::SUCCESS)
}

/// Checks it. Says what is wrong as the compiler does.
pub fn check(workspace: &Metadata) -> Result<()> {
    packages::install_all(workspace, KOTLIN, Consent::Given)?;
    let tools = workspace.target.join("tools");
    let compiler = compiler(workspace, &tools)?;
    let api = api(workspace, &tools)?;
    let tauri = tauri(workspace)?.join("mobile/android/src/main/java/app/tauri");
    let (file, lines) = BY_HAND;
    let theirs = std::fs::read_to_string(tauri.join(file))?;
    if lines.iter().any(|line| !theirs.contains(line)) {
        bail!("Tauri's {file} has changed: look at xtask/kotlin/by_hand");
    }
    let theirs: Vec<PathBuf> = TAURI.iter().map(|part| tauri.join(part)).collect();
    let ours = OURS.map(|folder| workspace.root.join(folder));
    let by_hand = workspace.root.join("xtask/kotlin/by_hand");
    let kotlin = workspace.root.join("xtask/kotlin");
    let out = workspace.target.join("kotlin");

    let mut stubs = process::command("python3", &workspace.root);
    stubs
        .arg(kotlin.join("stubs.py"))
        .arg(&api)
        .arg(out.join("java"));
    for path in theirs.iter().chain(&ours).chain([&by_hand]) {
        stubs.args(with_extension(path, "kt")?);
    }
    process::run(&mut stubs)?;
    let mut javac = process::command("javac", &workspace.root);
    javac.args(["-nowarn", "-d"]).arg(out.join("android"));
    process::run(javac.args(with_extension(&out.join("java"), "java")?))?;

    let compile = |classes: &[&Path], to: &str, switch: &str, sources: &[PathBuf]| {
        let jars = ["core", "databind", "annotations"]
            .map(|part| PathBuf::from(format!("/usr/share/java/jackson-{part}.jar")));
        let classes = classes
            .iter()
            .copied()
            .chain(jars.iter().map(PathBuf::as_path));
        let mut kotlinc = process::command("bash", &workspace.root);
        kotlinc.arg(compiler.join("bin/kotlinc"));
        kotlinc.args(["-no-reflect", switch, "-classpath"]);
        kotlinc.arg(std::env::join_paths(classes)?);
        kotlinc.arg("-d").arg(out.join(to)).args(sources);
        process::run(&mut kotlinc)
    };
    let android = out.join("android");
    let sources = [&theirs[..], &[by_hand]].concat();
    compile(&[&android], "tauri", "-nowarn", &sources)?;
    compile(&[&android, &out.join("tauri")], "ours", "-Werror", &ours)?;
    let ours = OURS.join(" and ");
    println!("The Kotlin in {ours} has the types it should; nothing of it was run.");
    Ok(())
}

fn compiler(workspace: &Metadata, tools: &Path) -> Result<PathBuf> {
    let dir = tools.join(format!("{COMPILER}-{COMPILER_VERSION}"));
    if dir.join("package/lib/kotlin-compiler.jar").is_file() {
        return Ok(dir.join("package"));
    }
    println!("Fetching Kotlin's compiler, 90 MB");
    std::fs::create_dir_all(&dir)?;
    let what = format!("{COMPILER}@{COMPILER_VERSION}");
    // Packed and not installed: no script of a package runs.
    process::run(process::npm(&dir).args(["pack", "--silent", &what]))?;
    let packed = dir.join(format!("{what}.tgz").replace('@', "-"));
    process::run(
        process::command("tar", &workspace.root)
            .arg("-xzf")
            .arg(&packed)
            .arg("-C")
            .arg(&dir),
    )?;
    std::fs::remove_file(packed)?;
    Ok(dir.join("package"))
}

fn api(workspace: &Metadata, tools: &Path) -> Result<PathBuf> {
    let dir = tools.join(format!("{API}-{API_VERSION}"));
    if dir.join("android-stubs").is_dir() {
        return Ok(dir);
    }
    println!("Fetching the signatures of Android's API");
    let wheels = dir.with_extension("wheel");
    let mut pip = process::command("python3", &workspace.root);
    pip.args([
        "-m",
        "pip",
        "download",
        "--quiet",
        "--no-deps",
        "--only-binary",
        ":all:",
    ]);
    process::run(
        pip.arg("--dest")
            .arg(&wheels)
            .arg(format!("{API}=={API_VERSION}")),
    )?;
    for wheel in with_extension(&wheels, "whl")? {
        let mut unzip = process::command("python3", &workspace.root);
        process::run(unzip.args(["-m", "zipfile", "-e"]).arg(wheel).arg(&dir))?;
    }
    std::fs::remove_dir_all(wheels)?;
    Ok(dir)
}

/// Returns the folder of Tauri's source.
fn tauri(workspace: &Metadata) -> Result<PathBuf> {
    let mut cargo = process::cargo(&workspace.root);
    let text = process::output(cargo.args(["metadata", "--format-version=1", "--locked"]))?;
    let json: Value = serde_json::from_str(&text)?;
    let packages = json["packages"]
        .as_array()
        .context("cargo's metadata has packages")?;
    let tauri = packages.iter().find(|package| package["name"] == "tauri");
    let manifest = tauri.and_then(|tauri| tauri["manifest_path"].as_str());
    let dir = manifest.and_then(|manifest| Path::new(manifest).parent());
    Ok(dir.context("the workspace uses tauri")?.to_owned())
}

/// Returns a file, or the files below a folder, in order.
fn with_extension(path: &Path, extension: &str) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    if path.is_dir() {
        for entry in std::fs::read_dir(path)? {
            found.extend(with_extension(&entry?.path(), extension)?);
        }
    } else if path.extension().is_some_and(|is| is == extension) {
        found.push(path.to_owned());
    }
    found.sort();
    Ok(found)
}
