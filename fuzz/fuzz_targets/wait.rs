//! Any JSON as a wait or a request for one. The laws are those of `tests/fuzzed`.

#![no_main]

#[path = "../../tests/fuzzed/mod.rs"]
#[allow(dead_code)] // The functions of the other targets.
mod fuzzed;
#[path = "../../tests/laws/mod.rs"]
#[allow(dead_code)] // Laws that the other targets hold.
mod laws;

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzzed::wait(data));
