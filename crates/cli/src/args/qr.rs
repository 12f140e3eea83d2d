//! Words for codes that cameras read.

use std::path::PathBuf;

use clap::{Subcommand, ValueEnum};

/// Codes that cameras read.
#[derive(Debug, Subcommand)]
pub enum QrCommand {
    /// Say what codes say: of pictures, of the lines that `satchel qr show` wrote, or of what was pasted. Recovery words and
    /// private keys are refused and not repeated.
    Read {
        /// Pictures (PNG, JPEG) or texts; `-` is standard input. Several are frames of one transfer.
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
        /// Each file must be a picture.
        #[arg(long)]
        image: bool,
        /// Also say whether an address or a payment is the wallet's own. Needs the passphrase.
        #[arg(long)]
        look_up: bool,
        /// Write what was carried into this new file.
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// Show a payment to be signed, a descriptor, a wallet file or an address as codes.
    Show {
        /// What to show; `-` is standard input. Recovery words and private keys are refused.
        #[arg(required_unless_present = "draft", value_name = "FILE")]
        file: Option<PathBuf>,
        /// Show this draft.
        #[arg(long, conflicts_with = "file")]
        draft: Option<String>,
        /// In which code. Without it: texts plainly, what is to be signed as BBQr, the rest as Satchel reads it.
        #[arg(long, value_enum)]
        code: Option<QrCodeArg>,
        /// How much is in one.
        #[arg(long, value_enum, default_value = "medium")]
        density: DensityArg,
        /// As what.
        #[arg(long = "as", value_enum, default_value = "text", value_name = "FORM")]
        form: FormArg,
        /// The folder for pictures; it is made.
        #[arg(long, value_name = "DIR", required_if_eq("form", "png"))]
        out: Option<PathBuf>,
    },
}

/// How codes for another Satchel are shown.
#[derive(Debug, clap::Args)]
pub struct ShowArgs {
    /// How much is in one.
    #[arg(long, value_enum, default_value = "medium")]
    pub density: DensityArg,
    /// As what.
    #[arg(long = "as", value_enum, default_value = "text", value_name = "FORM")]
    pub form: FormArg,
    /// The folder for pictures; it is made.
    #[arg(long, value_name = "DIR", required_if_eq("form", "png"))]
    pub out: Option<PathBuf>,
}

/// A code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum QrCodeArg {
    /// One code with the text itself
    Plain,
    /// Between Satchels
    Own,
    /// BBQr
    Bbqr,
    /// Uniform Resources
    Ur,
}

/// How much is in one code.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum DensityArg {
    /// For small screens and bad cameras
    Low,
    /// For most
    Medium,
    /// For good cameras
    High,
}

/// What codes are shown as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FormArg {
    /// The texts of the codes, one a line
    Text,
    /// A picture file each
    Png,
    /// Blocks on the terminal
    Terminal,
}
