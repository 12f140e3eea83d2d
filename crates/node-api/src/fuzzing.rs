//! Doors for the fuzz targets; see `fuzz/README.md`. Built with `--cfg fuzzing` and never shipped.
