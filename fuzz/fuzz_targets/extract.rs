//! Any bytes as a mail, as the text of one and as the markup of one: every law of a report holds.

#![no_main]

use libfuzzer_sys::fuzz_target;
use mailpick::{Extractor, Message};

#[path = "../../tests/laws/mod.rs"]
mod laws;

fuzz_target!(|data: &[u8]| {
    laws::assert_laws(data);
    laws::assert_message_laws(data);
    let text = String::from_utf8_lossy(data);
    let (subject, rest) = text.split_once('\n').unwrap_or(("", &text));
    let message = Message::new().from("Example <no-reply@example.org>").subject(subject).text(rest).html(rest);
    laws::assert_laws_of(&Extractor::new().extract_message(&message));
});
