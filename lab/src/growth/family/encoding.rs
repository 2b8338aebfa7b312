//! Transfer encodings and charsets.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::{families, repeat};

const BASE64: &str = "Content-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: base64\n\n";
const QP: &str = "Content-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\n";

/// A text part of one byte again and again, in a charset.
fn in_charset(charset: &str, piece: &[u8], bytes: usize) -> Vec<u8> {
    let head = format!("Content-Type: text/plain; charset={charset}\nContent-Transfer-Encoding: 8bit\n\n");
    let times = bytes.saturating_sub(head.len()) / piece.len();
    [head.as_bytes(), &piece.repeat(times)].concat()
}

families! { bytes;
    "encoding: base64 of markup" => repeat(BASE64, &STANDARD.encode("<p>a</p>\n"), "", bytes),
    "encoding: base64, a byte a line" => repeat(BASE64, "Y\n", "", bytes),
    "encoding: base64, padding" => repeat(BASE64, "YQ==", "", bytes),
    "encoding: base64, junk at the end" => repeat(BASE64, "YWFh", "!", bytes),
    "encoding: quoted-printable letters" => repeat(QP, "=61", "", bytes),
    "encoding: quoted-printable soft breaks" => repeat(QP, "=\n", "", bytes),
    "encoding: quoted-printable equals signs" => repeat(QP, "=", "", bytes),
    "encoding: quoted-printable spaces at line ends" => repeat(QP, "a            \n", "", bytes),
    "encoding: no UTF-8, undeclared" => [b"Content-Type: text/html\n\n".as_slice(), &b"\xff<p>".repeat(bytes / 4)].concat(),
    "encoding: a charset of one byte" => in_charset("windows-1252", b"\x80 ", bytes),
    "encoding: a charset of two bytes" => in_charset("utf-16le", b"1\0 \0", bytes),
    "encoding: a charset of escapes" => in_charset("iso-2022-jp", b"\x1b$B!!\x1b(B", bytes),
    "encoding: utf-7" => in_charset("utf-7", b"+AGE-", bytes),
    "encoding: an unknown charset" => in_charset("x-none", b"\xe9 ", bytes),
}
