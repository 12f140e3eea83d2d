//! What cargo says about the workspace.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde_json::Value;

use crate::process;

/// The workspace.
#[derive(Debug)]
pub struct Metadata {
    /// Folder of the top manifest.
    pub root: PathBuf,
    /// Where cargo builds.
    pub target: PathBuf,
    /// Every package of the workspace.
    pub packages: Vec<Package>,
}

/// One package of the workspace.
#[derive(Debug)]
pub struct Package {
    pub name: String,
    /// Path of its manifest.
    pub manifest: PathBuf,
    pub version: String,
    /// Oldest Rust it says it builds with.
    pub rust_version: Option<String>,
    pub dependencies: Vec<Dependency>,
    /// Names of its benchmarks.
    pub benches: Vec<String>,
}

/// One line of a manifest.
#[derive(Debug)]
pub struct Dependency {
    pub name: String,
    pub kind: Kind,
}

/// What a dependency is needed for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Normal,
    Dev,
    Build,
}

impl Metadata {
    /// Asks cargo. Nothing is resolved or fetched for it.
    pub fn read() -> Result<Self> {
        // At run time, since a build may be reused for another checkout.
        let manifest =
            std::env::var_os("CARGO_MANIFEST_DIR").context("start this as `cargo xtask`")?;
        let root = Path::new(&manifest)
            .parent()
            .context("xtask lies in the workspace")?;
        Self::read_at(root)
    }

    pub fn read_at(root: &Path) -> Result<Self> {
        let mut cargo = process::cargo(root);
        let text = process::output(cargo.args(["metadata", "--format-version=1", "--no-deps"]))?;
        Self::parse(&serde_json::from_str(&text)?)
    }

    pub fn parse(json: &Value) -> Result<Self> {
        let path = |key: &str| {
            let text = json[key].as_str();
            text.map(PathBuf::from)
                .with_context(|| format!("cargo's metadata has no {key}"))
        };
        Ok(Self {
            root: path("workspace_root")?,
            target: path("target_directory")?,
            packages: list(&json["packages"])
                .map(Package::parse)
                .collect::<Result<_>>()?,
        })
    }

    pub fn package(&self, name: &str) -> Result<&Package> {
        let found = self.packages.iter().find(|package| package.name == name);
        found.with_context(|| format!("the workspace has no package {name}"))
    }
}

impl Package {
    fn parse(json: &Value) -> Result<Self> {
        let name = json["name"].as_str().context("a package has no name")?;
        let benches = list(&json["targets"])
            .filter(|target| list(&target["kind"]).any(|kind| kind == "bench"))
            .filter_map(|target| target["name"].as_str().map(str::to_owned))
            .collect();
        let dependencies = list(&json["dependencies"])
            .map(|dependency| {
                Ok(Dependency {
                    name: dependency["name"]
                        .as_str()
                        .context("a dependency has no name")?
                        .to_owned(),
                    kind: match dependency["kind"].as_str() {
                        Some("dev") => Kind::Dev,
                        Some("build") => Kind::Build,
                        _ => Kind::Normal,
                    },
                })
            })
            .collect::<Result<_>>()?;
        Ok(Self {
            name: name.to_owned(),
            manifest: json["manifest_path"].as_str().unwrap_or_default().into(),
            version: json["version"].as_str().unwrap_or_default().to_owned(),
            rust_version: json["rust_version"].as_str().map(str::to_owned),
            dependencies,
            benches,
        })
    }
}

fn list(json: &Value) -> impl Iterator<Item = &Value> {
    json.as_array().into_iter().flatten()
}
