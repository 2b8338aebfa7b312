//! From bytes to [`Message`]: the tree of parts (RFC 2046 section 5.1), walked without recursion.
//!
//! A delimiter is a line of its own and may be that of any multipart around, so that one that is never closed ends with
//! its parent. Only a message inside a message is walked by a call of its own, [`MAX_MESSAGE_DEPTH`] deep at most; each
//! level looks at its bytes again, so time is linear with that factor.

#![expect(clippy::indexing_slicing, reason = "offsets come from searches in the same bytes, or are compared with their length first")]

use std::borrow::Cow;

use memchr::memmem;

use super::decode;
use super::header::{Block, Fields};
use super::{BodyKind, BodyPart, Message};
use crate::limits::{Cuts, Limit, Limits};

/// However high [`Limits::message_depth`] is set: deeper ones would take stack and time for each level.
const MAX_MESSAGE_DEPTH: usize = 8;

pub(super) fn parse<'x>(raw: &'x [u8], limits: &Limits) -> Message<'x> {
    let mut walk = Walk { limits, parts_left: limits.parts, cuts: Cuts::default() };
    if raw.len() > limits.message_bytes {
        walk.cuts.add(Limit::MessageBytes);
    }
    let mut message = walk.message(&raw[..raw.len().min(limits.message_bytes)], 0);
    message.limits_hit = walk.cuts.into_vec();
    message
}

struct Walk<'l> {
    limits: &'l Limits,
    parts_left: usize,
    cuts: Cuts,
}

/// What a part is, by its content type.
enum Content {
    Text(BodyKind),
    /// The body once more as AMP.
    Amp,
    Message,
    Multipart(Multipart),
    Other,
}

struct Multipart {
    boundary: Vec<u8>,
    /// Its parts are messages unless they say otherwise (RFC 2046 section 5.1.5).
    is_digest: bool,
}

impl Walk<'_> {
    fn message<'x>(&mut self, raw: &'x [u8], depth: usize) -> Message<'x> {
        let mut message = Message::default();
        let mut open: Vec<Multipart> = Vec::new();
        let mut at = 0;
        loop {
            if self.parts_left == 0 {
                self.cuts.add(Limit::Parts);
                break;
            }
            self.parts_left -= 1;
            let block = Block::at(raw, at, self.limits, &mut self.cuts);
            let (fields, body) = (block.fields(), block.end);
            fields.note_conflicts(&mut message);
            if at == 0 {
                // Without fields and without an empty line it is no mail.
                if fields.are_missing() && body >= raw.len() {
                    break;
                }
                fields.read_into(&mut message);
            }
            match content(&fields, open.last()) {
                Content::Multipart(_) if open.len() >= self.limits.multipart_depth => {
                    self.cuts.add(Limit::MultipartDepth);
                    at = body;
                }
                Content::Multipart(multipart) => {
                    open.push(multipart);
                    at = body;
                    // Whatever it holds, it is no parts.
                    if next_delimiter(raw, body, &open).is_none_or(|next| next.level + 1 < open.len()) {
                        open.pop();
                        message.attachments += 1;
                    }
                }
                leaf => {
                    let end = next_delimiter(raw, body, &open).map_or(raw.len(), |next| next.content_end);
                    self.leaf(&raw[body..end.max(body)], leaf, &fields, depth, &mut message);
                    at = end.max(body);
                }
            }
            match next_part(raw, at.max(body), &mut open) {
                Some(start) => at = start,
                None => break,
            }
        }
        message
    }

    fn leaf<'x>(&mut self, bytes: &'x [u8], content: Content, fields: &Fields<'_>, depth: usize, message: &mut Message<'x>) {
        match content {
            Content::Amp if !fields.is_attachment() => message.amp.push(self.text(bytes, BodyKind::Html, fields)),
            Content::Text(kind) if !fields.is_attachment() => message.parts.push(self.text(bytes, kind, fields)),
            Content::Message if depth < self.limits.message_depth.min(MAX_MESSAGE_DEPTH) => {
                message.nested.push(match decode::transfer_encoding(bytes, fields.transfer_encoding()) {
                    Cow::Borrowed(bytes) => self.message(bytes, depth + 1),
                    Cow::Owned(bytes) => self.message(&bytes, depth + 1).into_owned(),
                });
            }
            Content::Message => self.cuts.add(Limit::MessageDepth),
            // A logo that the HTML shows by its Content-ID (RFC 2392) is no file to a reader.
            _ => {
                let is_picture = fields.has_content_id() && fields.content_type().is_some_and(|kind| kind.ctype().eq_ignore_ascii_case("image"));
                message.attachments += usize::from(fields.is_attachment() || !is_picture);
            }
        }
    }

    fn text<'x>(&mut self, bytes: &'x [u8], kind: BodyKind, fields: &Fields<'_>) -> BodyPart<'x> {
        if bytes.len() > self.limits.part_bytes {
            self.cuts.add(Limit::PartBytes);
        }
        let bytes = &bytes[..bytes.len().min(self.limits.part_bytes)];
        let attribute = |name: &str| fields.content_type().and_then(|t| t.attribute(name));
        let content = decode::charset(decode::transfer_encoding(bytes, fields.transfer_encoding()), attribute("charset"));
        let is = |name: &str, wanted: &str| kind == BodyKind::Text && attribute(name).is_some_and(|value| value.eq_ignore_ascii_case(wanted));
        BodyPart { kind, content, flowed: is("format", "flowed"), delsp: is("delsp", "yes") }
    }
}

fn content(fields: &Fields<'_>, parent: Option<&Multipart>) -> Content {
    let Some(declared) = fields.content_type() else {
        return if parent.is_some_and(|parent| parent.is_digest) { Content::Message } else { Content::Text(BodyKind::Text) };
    };
    match (declared.ctype(), declared.subtype()) {
        ("text", None | Some("plain")) => Content::Text(BodyKind::Text),
        ("text", Some("html")) => Content::Text(BodyKind::Html),
        ("text", Some("x-amp-html")) => Content::Amp,
        ("message", Some("rfc822" | "global")) => Content::Message,
        ("multipart", subtype) => match declared.attribute("boundary").map(|boundary| boundary.trim_end()).filter(|boundary| !boundary.is_empty()) {
            Some(boundary) => Content::Multipart(Multipart { boundary: boundary.as_bytes().to_vec(), is_digest: subtype == Some("digest") }),
            None => Content::Other,
        },
        _ => Content::Other,
    }
}

/// A line that ends a part.
struct Delimiter {
    /// Where the content before it ends: the line end in front belongs to the delimiter.
    content_end: usize,
    /// The first byte behind the line.
    end: usize,
    /// Which of the open multiparts it is of.
    level: usize,
    /// It ends the multipart.
    closes: bool,
}

/// Where the next part begins; multiparts that end before it are taken off `open`.
fn next_part(raw: &[u8], mut from: usize, open: &mut Vec<Multipart>) -> Option<usize> {
    loop {
        let next = next_delimiter(raw, from, open)?;
        open.truncate(next.level + usize::from(!next.closes));
        if !next.closes {
            return Some(next.end);
        }
        from = next.end;
    }
}

/// The first delimiter line at or after `from`. Each line is compared with the open boundaries only, so with no more
/// than [`Limits::multipart_depth`].
fn next_delimiter(raw: &[u8], from: usize, open: &[Multipart]) -> Option<Delimiter> {
    if open.is_empty() {
        return None;
    }
    // The line end of the header, or of the delimiter before.
    let from = from.saturating_sub(1);
    memmem::find_iter(&raw[from..], b"\n--").find_map(|at| {
        let newline = from + at;
        let start = newline + 3;
        let line_end = memchr::memchr(b'\n', &raw[start..]).map_or(raw.len(), |at| start + at);
        let line = raw[start..line_end].trim_ascii_end();
        let (level, closes) = open.iter().enumerate().rev().find_map(|(level, multipart)| match line.strip_prefix(multipart.boundary.as_slice()) {
            Some(b"") => Some((level, false)),
            Some(b"--") => Some((level, true)),
            _ => None,
        })?;
        let content_end = if newline > 0 && raw[newline - 1] == b'\r' { newline - 1 } else { newline };
        Some(Delimiter { content_end, end: (line_end + 1).min(raw.len()), level, closes })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(raw: &[u8]) -> Message<'_> {
        super::parse(raw, &Limits::new())
    }

    fn texts(raw: &str) -> Vec<String> {
        parse(raw.as_bytes()).parts.iter().map(|part| part.content.to_string()).collect()
    }

    #[test]
    fn a_flood_of_fields_is_cut_and_the_body_is_read() {
        let raw = format!("Subject: hi\n{}Content-Type: text/html\n\nhello", "a:b\n".repeat(5_000));
        let message = parse(raw.as_bytes());
        assert_eq!((message.subject.as_deref(), message.parts[0].content.as_ref()), (Some("hi"), "hello"));
        assert_eq!(message.limits_hit, [Limit::Fields]);
    }

    #[test]
    fn a_long_field_does_not_cost_those_behind_it() {
        let raw = format!("To: {}\nSubject: hi\n\nhello", "a@b.example,\n ".repeat(10_000));
        let message = parse(raw.as_bytes());
        assert_eq!((message.subject.as_deref(), message.to.len() > 2_000), (Some("hi"), true));
        assert_eq!(message.limits_hit, [Limit::FieldBytes]);
    }

    #[test]
    fn parts_past_the_limit_are_cut_and_said() {
        let raw = format!("Content-Type: multipart/mixed; boundary=b\n\n{}", "--b\n\nx\n".repeat(2_000));
        let message = parse(raw.as_bytes());
        assert_eq!((message.parts.len(), message.limits_hit), (999, vec![Limit::Parts]));
    }

    #[test]
    fn multiparts_past_the_limit_are_cut_and_said() {
        let raw: String = (0..100).map(|n| format!("Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n")).collect();
        assert_eq!(parse(raw.as_bytes()).limits_hit, [Limit::MultipartDepth]);
    }

    #[test]
    fn a_message_in_a_transfer_encoding_is_bounded_too() {
        use base64::Engine;
        let chain = base64::engine::general_purpose::STANDARD.encode("Content-Type: message/rfc822\n\n".repeat(20_000));
        let raw = format!("Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n{chain}");
        assert_eq!(parse(raw.as_bytes()).limits_hit, [Limit::MessageDepth]);
    }

    #[test]
    fn a_delimiter_is_a_line_of_its_own() {
        let raw = "Content-Type: multipart/mixed; boundary=b\n\npreamble\n--b\n\none --b\n--bc\n--b \n\ntwo\r\n--b--\nepilogue\n--b\n\nthree";
        assert_eq!(texts(raw), ["one --b\n--bc", "two"]);
    }

    #[test]
    fn a_multipart_that_is_never_closed_ends_with_its_parent() {
        let raw = "Content-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: multipart/alternative; boundary=ab\n\n--ab\n\none\n--a\n\ntwo\n--a--\n";
        assert_eq!(texts(raw), ["one", "two"]);
    }

    #[test]
    fn broken_encodings_are_read_as_they_are() {
        let raw = "Content-Type: text/html\nContent-Transfer-Encoding: base64\n\n<p>no base64!</p>";
        assert_eq!(texts(raw), ["<p>no base64!</p>"]);
    }

    #[test]
    fn a_chain_of_nested_messages_is_cut_and_said() {
        let raw = "Content-Type: message/rfc822\r\n\r\n".repeat(20_000);
        let message = parse(raw.as_bytes());
        assert_eq!(message.limits_hit, [Limit::MessageDepth]);
    }

    #[test]
    fn a_flood_of_parameter_continuations_is_cut_and_said() {
        let raw = format!("Content-Type: text/html{}\r\n\r\nhello", (0..5_000).map(|n| format!("; n*{n}*=a")).collect::<String>());
        let message = parse(raw.as_bytes());
        assert_eq!(message.limits_hit, [Limit::Continuations]);
        assert_eq!(message.parts[0].content, "hello", "the body is read all the same");
    }

    #[test]
    fn an_attached_text_is_not_a_body() {
        let raw = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nbody\r\n--b\r\nContent-Type: text/plain\r\nContent-Disposition: attachment; filename=a.txt\r\n\r\nfile\r\n--b--\r\n";
        let message = parse(raw);
        assert_eq!(message.parts.len(), 1);
        assert_eq!(message.attachments, 1);
    }

    #[test]
    fn a_charset_that_only_the_html_names_is_used() {
        let mut raw = b"Content-Type: text/html\r\nContent-Transfer-Encoding: 8bit\r\n\r\n<meta charset=\"koi8-r\"><p>".to_vec();
        raw.extend([0xeb, 0xcf, 0xc4]);
        assert!(parse(&raw).parts[0].content.ends_with("Код"));
    }

    #[test]
    fn a_nested_message_keeps_its_own_subject() {
        let raw = b"Subject: outer\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: inner\r\n\r\nhello\r\n--b--\r\n";
        let message = parse(raw);
        assert_eq!(message.nested[0].subject.as_deref(), Some("inner"));
        assert_eq!(message.nested[0].parts[0].content.trim(), "hello");
    }
}
