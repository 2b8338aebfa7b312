//! Mails that grow where some parser once did more than linear work or kept more than it was sent.
//!
//! Each family makes a mail of about so many bytes. Most repeat one piece; the comment says what it is aimed at.

mod encoding;
mod header;
mod html;
mod link;
mod mime;
mod style;
mod text;

/// Mails of one pattern.
pub(crate) struct Family {
    /// What is repeated.
    pub(crate) name: &'static str,
    /// A mail of about so many bytes.
    pub(crate) make: fn(usize) -> Vec<u8>,
}

/// Every family, by the stage that it is aimed at.
pub(crate) fn all() -> impl Iterator<Item = &'static Family> {
    [header::FAMILIES, mime::FAMILIES, encoding::FAMILIES, html::FAMILIES, style::FAMILIES, link::FAMILIES, text::FAMILIES].into_iter().flatten()
}

const PLAIN: &str = "From: Example <no-reply@example.org>\nSubject: Your code\nContent-Type: text/plain; charset=utf-8\n\n";
const HTML: &str = "From: Example <no-reply@example.org>\nSubject: Your code\nContent-Type: text/html; charset=utf-8\n\n";

/// `head`, then `piece` again and again up to the size, then `tail`.
fn repeat(head: &str, piece: &str, tail: &str, bytes: usize) -> Vec<u8> {
    let mut out = String::with_capacity(bytes + piece.len());
    out.push_str(head);
    while out.len() + tail.len() < bytes {
        out.push_str(piece);
    }
    out.push_str(tail);
    out.into_bytes()
}

/// The same with a piece that depends on its number.
fn series(head: &str, piece: impl Fn(usize) -> String, tail: &str, bytes: usize) -> Vec<u8> {
    let mut out = String::with_capacity(bytes + 64);
    out.push_str(head);
    let mut number = 0;
    while out.len() + tail.len() < bytes {
        out.push_str(&piece(number));
        number += 1;
    }
    out.push_str(tail);
    out.into_bytes()
}

/// `head`, then two pieces one after the other, each as often, filling half of the size.
fn halves(head: &str, first: &str, second: &str, bytes: usize) -> Vec<u8> {
    let times = bytes.saturating_sub(head.len()) / (first.len() + second.len());
    [head, &first.repeat(times), &second.repeat(times)].concat().into_bytes()
}

/// Rows of `name => expression of the size`.
macro_rules! families {
    ($bytes:ident; $($name:literal => $make:expr,)+) => {
        pub(super) const FAMILIES: &[super::Family] = &[$(super::Family { name: $name, make: |$bytes: usize| $make },)+];
    };
}
use families;
