//! The raw mail as header blocks, bodies and what stands between them; the parser says where each begins and ends.

use std::ops::Range;

use mail_parser::{Encoding as Transfer, Message, MessageParser, MessagePart, MimeHeaders, PartType};

use super::Redactor;
use super::body::{self, Charset};
use super::text::Manner;

#[derive(Debug, Clone, PartialEq, Eq)]
enum Content {
    Text,
    Html,
    /// A message inside under a transfer encoding of its own.
    Message,
    File,
}

enum Piece {
    Header,
    Body { transfer: Transfer, charset: Option<String>, content: Content },
}

impl Redactor {
    pub(super) fn mail(&mut self, raw: &[u8], message: &Message<'_>) -> Vec<u8> {
        let mut pieces = Vec::new();
        collect(message, &mut pieces);
        pieces.sort_by_key(|(range, _)| range.start);
        let mut out = Vec::with_capacity(raw.len());
        let mut at = 0;
        for (range, piece) in pieces {
            let range = range.start.max(at)..range.end.min(raw.len());
            if range.is_empty() {
                continue;
            }
            out.extend(self.between(&raw[at..range.start]));
            out.extend(match &piece {
                Piece::Header => self.header(&raw[range.clone()]),
                Piece::Body { transfer, charset, content } => self.body(&raw[range.clone()], *transfer, charset.as_deref(), content),
            });
            at = range.end;
        }
        out.extend(self.between(&raw[at..]));
        out
    }

    /// Boundaries stay; what stands before the first part and after the last is text.
    fn between(&mut self, raw: &[u8]) -> Vec<u8> {
        let mut out = Vec::with_capacity(raw.len());
        for line in raw.split_inclusive(|c| *c == b'\n') {
            if line.starts_with(b"--") || line.trim_ascii().is_empty() {
                out.extend(line);
                continue;
            }
            let (mut chars, charset) = Charset::of_part(None, line).decode(line);
            self.text(&mut chars, Manner::Prose);
            out.extend(charset.encode(&chars));
        }
        out
    }

    fn body(&mut self, raw: &[u8], transfer: Transfer, charset: Option<&str>, content: &Content) -> Vec<u8> {
        let done = match content {
            Content::File => None,
            Content::Message => body::recode(raw, transfer, |bytes| MessageParser::default().parse(bytes).map_or_else(|| body::filler(bytes), |inner| self.mail(bytes, &inner))),
            Content::Text | Content::Html => body::recode(raw, transfer, |bytes| self.readable(bytes, charset, *content == Content::Html)),
        };
        done.unwrap_or_else(|| self.file(raw, transfer))
    }

    fn readable(&mut self, bytes: &[u8], charset: Option<&str>, is_html: bool) -> Vec<u8> {
        let charset = Charset::of_part(charset, bytes);
        if matches!(charset, Charset::Unreadable) {
            self.ledger.filled += 1;
            return body::filler(bytes);
        }
        let (mut chars, charset) = charset.decode(bytes);
        let before = chars.clone();
        if is_html {
            self.html(&mut chars);
        } else {
            self.text(&mut chars, Manner::Prose);
        }
        if chars == before { bytes.to_vec() } else { charset.encode(&chars) }
    }

    fn file(&mut self, raw: &[u8], transfer: Transfer) -> Vec<u8> {
        self.ledger.filled += 1;
        match transfer {
            Transfer::Base64 => body::binary_filler(raw),
            _ => body::recode(raw, transfer, body::filler).unwrap_or_default(),
        }
    }
}

fn collect(message: &Message<'_>, pieces: &mut Vec<(Range<usize>, Piece)>) {
    for part in &message.parts {
        let (header, body, end) = (part.offset_header as usize, part.offset_body as usize, part.offset_end as usize);
        pieces.push((header..body, Piece::Header));
        match &part.body {
            PartType::Multipart(_) => {}
            PartType::Message(nested) if part.encoding == Transfer::None => collect(nested, pieces),
            _ => {
                let charset = part.content_type().and_then(|t| t.attribute("charset")).map(str::to_owned);
                pieces.push((body..end, Piece::Body { transfer: part.encoding, charset, content: content(part) }));
            }
        }
    }
}

/// The same parts as the engine reads; every other is a file.
fn content(part: &MessagePart<'_>) -> Content {
    if matches!(part.body, PartType::Message(_)) {
        return Content::Message;
    }
    if part.content_disposition().is_some_and(|d| d.is_attachment()) {
        return Content::File;
    }
    match part.content_type() {
        None => Content::Text,
        Some(t) if t.subtype().is_none() => Content::Text,
        Some(t) if t.ctype().eq_ignore_ascii_case("text") => match t.subtype().map(str::to_ascii_lowercase).as_deref() {
            Some("plain") => Content::Text,
            Some("html") => Content::Html,
            _ => Content::File,
        },
        Some(_) => Content::File,
    }
}
