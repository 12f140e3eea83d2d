//! The stored form of the engine's state.
