//! Parts, multiparts and messages.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::{PLAIN, families, repeat, series};

const MIXED: &str = "Subject: a\nContent-Type: multipart/mixed; boundary=b\n\n";
const DIGEST: &str = "Subject: a\nContent-Type: multipart/digest; boundary=b\n\n";
const CHAIN: &str = "Content-Type: message/rfc822\n\n";

families! { bytes;
    "mime: empty parts" => repeat(MIXED, "--b\n\n", "", bytes),
    "mime: parts of one line" => repeat(MIXED, "--b\n\na\n", "--b--\n", bytes),
    "mime: parts with a header" => repeat(MIXED, "--b\nContent-Type: text/html\n\n<p>483921\n", "--b--\n", bytes),
    "mime: parts whose header never ends" => repeat(MIXED, "--b\nA:b\n", "", bytes),
    "mime: parts whose header ends with spaces" => repeat(MIXED, "--b\n \n", "", bytes),
    "mime: parts with a flood of fields" => repeat(MIXED, &format!("--b\n{}\n", "a:\n".repeat(500)), "", bytes),
    "mime: attachments" => repeat(MIXED, "--b\nContent-Type: image/png\nContent-ID: <a>\n\nAAAA\n", "--b--\n", bytes),
    "mime: nested multiparts" => series("", |n| format!("Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n"), "\nhello", bytes),
    "mime: nested multiparts of one boundary" => repeat("", "Content-Type: multipart/mixed; boundary=b\n\n--b\n", "\nhello", bytes),
    "mime: nested multiparts, then their ends" => {
        let levels = bytes / 64;
        let open: String = (0..levels).map(|n| format!("Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n")).collect();
        let close: String = (0..levels).rev().map(|n| format!("\n--b{n}--\n")).collect();
        [open, close].concat().into_bytes()
    },
    "mime: multiparts side by side" => series(MIXED, |n| format!("--b\nContent-Type: multipart/mixed; boundary=c{n}\n\n--c{n}\n\na\n--c{n}--\n"), "", bytes),
    "mime: multiparts that never begin" => repeat(MIXED, "--b\nContent-Type: multipart/mixed; boundary=c\n\na\n", "", bytes),
    "mime: lines that are nearly a delimiter" => repeat(MIXED, "--bb\n", "", bytes),
    "mime: a long boundary and lines like it" => {
        let boundary = "b".repeat(1_000);
        repeat(&format!("Content-Type: multipart/mixed; boundary={boundary}\n\n--{boundary}\n\n"), &format!("--{boundary}c\n"), "", bytes)
    },
    "mime: ends of a multipart" => repeat(MIXED, "--b--\n", "", bytes),
    "mime: hyphens" => repeat(MIXED, "-", "", bytes),
    "mime: a chain of messages" => repeat("", CHAIN, "hello", bytes),
    "mime: a chain of messages with spaces" => repeat("", "Content-Type: message /rfc822\n\n", "hello", bytes),
    "mime: a chain of messages in base64" => {
        let chain = CHAIN.repeat(bytes * 3 / 4 / CHAIN.len());
        format!("Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n{}", STANDARD.encode(chain)).into_bytes()
    },
    "mime: messages side by side" => repeat(MIXED, "--b\nContent-Type: message/rfc822\n\nSubject: a\n\nhello\n", "", bytes),
    "mime: a digest" => repeat(DIGEST, "--b\n\n\na\n", "", bytes),
    "mime: a chain of digests" => series("", |n| format!("Content-Type: multipart/digest; boundary=b{n}\n\n--b{n}\n\n"), "hello", bytes),
    "mime: a header flood in a message in base64" => {
        let fields = "a:\n".repeat(bytes / 4);
        format!("Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n{}", STANDARD.encode(fields)).into_bytes()
    },
    "mime: empty lines" => repeat(PLAIN, "\n", "", bytes),
    "mime: zero bytes" => repeat("", "\0", "", bytes),
}
