//! Any bytes as a mail, and the same bytes folded into the characters that MIME is made of, which reach deeper.

#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../tests/laws/mod.rs"]
#[allow(dead_code)] // The laws of reports are held by the target `extract`.
mod laws;

/// Characters that structure a mail.
const ALPHABET: &[u8; 32] = b"\n\n\n\r --::;;==\"\"/?bcmqtux09AZ_<>@";

fuzz_target!(|data: &[u8]| {
    laws::assert_message_laws(data);
    let folded: Vec<u8> = data.iter().map(|byte| ALPHABET[usize::from(byte % 32)]).collect();
    laws::assert_message_laws(&folded);
    let multipart = [b"Content-Type: multipart/mixed; boundary=b\n\n--b\n", folded.as_slice()].concat();
    laws::assert_message_laws(&multipart);
});
