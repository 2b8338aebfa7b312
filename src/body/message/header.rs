//! The header of a message or of a part: where it ends, its fields within the limits, and what they say.
//!
//! mail-parser reads the values of fields. It keeps some 190 bytes for each field and up to 28 for each byte of an
//! address list or a parameter, and joins continued parameters in quadratic time, so a header that passes a limit is
//! copied without what is too much. The body behind it is read all the same.

#![expect(clippy::indexing_slicing, reason = "offsets come from searches in the same bytes, or are compared with their length first")]

use std::borrow::Cow;

use mail_parser::parsers::MessageStream;
use mail_parser::{Address, ContentType, GetHeader, Header, HeaderName, HeaderValue, MessageParser};
use once_cell::sync::Lazy;

use super::{Mailbox, Message, authentication, oddity};
use crate::limits::{Cuts, Limit, Limits};
use crate::report::Oddity;

/// How values are read: those that nobody asks for stay as they are, which costs nothing.
static FIELDS: Lazy<MessageParser> = Lazy::new(|| {
    let addresses = [HeaderName::From, HeaderName::Sender, HeaderName::ReplyTo, HeaderName::To];
    let parser = MessageParser::new()
        .header_content_type(HeaderName::ContentType)
        .header_content_type(HeaderName::ContentDisposition)
        .header_id(HeaderName::ContentId)
        .header_text(HeaderName::ContentTransferEncoding)
        .header_date(HeaderName::Date)
        .header_id(HeaderName::MessageId)
        .header_text(HeaderName::Subject)
        .header_text("Auto-Submitted")
        .header_text("Precedence");
    addresses.into_iter().fold(parser, |parser, name| parser.header_address(name)).default_header_raw()
});

/// A header's bytes, and where the body behind it begins.
pub(super) struct Block<'x> {
    bytes: Cow<'x, [u8]>,
    pub(super) end: usize,
}

impl<'x> Block<'x> {
    /// The header that begins at `from`, up to and including the empty line that ends it.
    pub(super) fn at(raw: &'x [u8], from: usize, limits: &Limits, cuts: &mut Cuts) -> Self {
        let (end, fits) = measure(raw, from, limits);
        let bytes = if fits { Cow::Borrowed(&raw[from..end]) } else { Cow::Owned(trim(&raw[from..end], limits, cuts)) };
        let asked_for = if (SHORT_HEADER..LONG_HEADER).contains(&bytes.len()) { asked_for(&bytes) } else { None };
        Self { bytes: asked_for.map_or(bytes, Cow::Owned), end }
    }

    /// Its fields.
    pub(super) fn fields(&self) -> Fields<'_> {
        let mut headers = Vec::new();
        MessageStream::new(&self.bytes).parse_headers(&FIELDS, &mut headers);
        Fields(headers)
    }
}

/// Parts of a mail have a few fields, and all of them are read.
const SHORT_HEADER: usize = 400;
/// Received mails have up to some 20 KB; longer ones are not kept twice.
const LONG_HEADER: usize = 32 << 10;

/// Fields that something is read of, in lower case; those of parts and lists by how they begin.
const ASKED_FOR: [&[u8]; 15] = [
    b"from",
    b"sender",
    b"reply-to",
    b"to",
    b"subject",
    b"date",
    b"message-id",
    b"in-reply-to",
    b"references",
    b"precedence",
    b"auto-submitted",
    b"x-autoreply",
    b"x-autorespond",
    b"x-auto-response-from",
    b"authentication-results",
];
const ASKED_FOR_BEGINNINGS: [&[u8]; 2] = [b"content-", b"list-"];

/// The header without fields that nobody asks for, traces and signatures above all: most of the header of a received mail. `None` where
/// there are none. What is no plain field stays.
fn asked_for(header: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(header.len() / 2);
    let (mut at, mut kept_from, mut is_kept, mut first_left_out) = (0, 0, true, None);
    while at < header.len() {
        let next = memchr::memchr(b'\n', &header[at..]).map_or(header.len(), |newline| at + newline + 1);
        let is_continuation = matches!(header[at], b' ' | b'\t');
        let keep = if is_continuation { is_kept } else { !is_unasked(&header[at..next]) };
        if keep != is_kept {
            if keep {
                kept_from = at;
            } else {
                out.extend_from_slice(&header[kept_from..at]);
            }
            is_kept = keep;
        }
        if !keep && first_left_out.is_none() {
            first_left_out = Some(at..next);
        }
        at = next;
    }
    let first_left_out = first_left_out?;
    if is_kept {
        out.extend_from_slice(&header[kept_from..]);
    }
    // A header of other fields only is a header.
    if !out.contains(&b':') {
        out.splice(..0, header[first_left_out].iter().copied());
    }
    Some(out)
}

/// Whether a line begins a field that nothing is read of, and is written as the standard says (RFC 5322 section 2.2).
fn is_unasked(line: &[u8]) -> bool {
    let Some(end) = line.iter().position(|c| *c == b':') else { return false };
    let name = &line[..end];
    let is_asked = |known: &&[u8]| name.eq_ignore_ascii_case(known);
    let begins = |known: &&[u8]| name.get(..known.len()).is_some_and(|start| start.eq_ignore_ascii_case(known));
    !name.is_empty() && name.iter().all(u8::is_ascii_graphic) && !ASKED_FOR.iter().any(is_asked) && !ASKED_FOR_BEGINNINGS.iter().any(begins)
}

/// Where the header ends, and whether it is within the limits. An empty line ends it, and so does one of spaces that
/// continues no field.
fn measure(raw: &[u8], from: usize, limits: &Limits) -> (usize, bool) {
    let (mut fields, mut field_start, mut in_field, mut fits) = (0, from, false, true);
    let mut at = from;
    while at < raw.len() {
        let next = memchr::memchr(b'\n', &raw[at..]).map_or(raw.len(), |newline| at + newline + 1);
        let line = &raw[at..next];
        let folded = in_field && matches!(line[0], b' ' | b'\t');
        if !folded {
            if line.trim_ascii().is_empty() {
                at = next;
                break;
            }
            (fields, field_start, in_field) = (fields + 1, at, is_field(line));
        }
        fits &= next - field_start <= limits.field_bytes;
        at = next;
    }
    fits &= fields <= limits.fields && at - from <= limits.header_bytes;
    (at, fits && continuations(&raw[from..at]).nth(limits.continuations).is_none())
}

/// A name and a colon.
fn is_field(line: &[u8]) -> bool {
    let name = line.iter().position(|c| !c.is_ascii_whitespace() && *c != b':');
    name.is_some_and(|name| memchr::memchr(b':', &line[name..]).is_some())
}

/// Where the parameter continuations (RFC 2231 section 3: `name*0=`, `name*1*=`) of a header stand.
fn continuations(header: &[u8]) -> impl Iterator<Item = usize> + '_ {
    memchr::memchr_iter(b'*', header).filter(|star| {
        let rest = &header[star + 1..];
        let digits = rest.iter().take(8).take_while(|c| c.is_ascii_digit()).count();
        let rest = &rest[digits..];
        digits > 0 && (rest.starts_with(b"=") || rest.starts_with(b"*="))
    })
}

/// The header within the limits.
fn trim(header: &[u8], limits: &Limits, cuts: &mut Cuts) -> Vec<u8> {
    let mut out = Vec::new();
    let (mut fields, mut field_bytes) = (0, 0);
    let header = match continuations(header).nth(limits.continuations) {
        Some(one_too_many) => {
            cuts.add(Limit::Continuations);
            &header[..one_too_many]
        }
        None => header,
    };
    for line in header.split_inclusive(|c| *c == b'\n') {
        if !matches!(line[0], b' ' | b'\t') {
            (fields, field_bytes) = (fields + 1, 0);
        }
        if fields > limits.fields {
            cuts.add(Limit::Fields);
            break;
        }
        let kept = line.len().min(limits.field_bytes.saturating_sub(field_bytes));
        if kept < line.len() {
            cuts.add(Limit::FieldBytes);
        }
        if out.len() + kept > limits.header_bytes {
            cuts.add(Limit::HeaderBytes);
            break;
        }
        field_bytes += kept;
        out.extend_from_slice(&line[..kept]);
        if kept > 0 && !out.ends_with(b"\n") {
            out.push(b'\n');
        }
    }
    out.push(b'\n');
    out
}

/// The fields of one header.
pub(super) struct Fields<'b>(Vec<Header<'b>>);

impl<'b> Fields<'b> {
    pub(super) fn are_missing(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn content_type(&self) -> Option<&ContentType<'b>> {
        self.0.header_value(&HeaderName::ContentType)?.as_content_type()
    }

    pub(super) fn is_attachment(&self) -> bool {
        self.0.header_value(&HeaderName::ContentDisposition).and_then(HeaderValue::as_content_type).is_some_and(ContentType::is_attachment)
    }

    pub(super) fn has_content_id(&self) -> bool {
        self.0.header_value(&HeaderName::ContentId).and_then(HeaderValue::as_text).is_some()
    }

    pub(super) fn transfer_encoding(&self) -> Option<&str> {
        self.0.header_value(&HeaderName::ContentTransferEncoding)?.as_text()
    }

    /// Fields of a message or of one of its parts that contradict each other; each sort is noted once.
    pub(super) fn note_conflicts(&self, message: &mut Message<'_>) {
        for conflict in oddity::conflicts(&self.0) {
            if !message.oddities.contains(&conflict) {
                message.oddities.push(conflict);
            }
        }
    }

    /// What a message's own header says of it.
    pub(super) fn read_into(&self, message: &mut Message<'_>) {
        for header in &self.0 {
            let value = &header.value;
            match &header.name {
                HeaderName::From if message.from.is_empty() => message.from = mailboxes(value),
                HeaderName::Sender if message.sender.is_none() => message.sender = mailboxes(value).into_iter().next(),
                HeaderName::ReplyTo if message.reply_to.is_empty() => message.reply_to = mailboxes(value),
                HeaderName::To if message.to.is_empty() => message.to = mailboxes(value),
                HeaderName::Subject if message.subject.is_none() => message.subject = value.as_text().map(str::to_owned),
                HeaderName::Date if message.date.is_none() => {
                    let date = value.as_datetime().filter(|date| date.is_valid());
                    message.date = date.map(mail_parser::DateTime::to_timestamp);
                    message.utc_offset = date.map(utc_offset);
                }
                HeaderName::MessageId if message.message_id.is_none() => message.message_id = value.as_text().map(str::to_owned),
                HeaderName::InReplyTo | HeaderName::References => message.in_reply_to = true,
                HeaderName::ContentType => {
                    message.is_report |= value.as_content_type().is_some_and(|t| t.ctype() == "multipart" && t.subtype().is_some_and(|s| s.eq_ignore_ascii_case("report")));
                }
                name => read_other(name.as_str(), value.as_text().unwrap_or("").trim(), message),
            }
        }
        if message.subject.as_deref().is_some_and(|subject| subject.trim().contains(['\r', '\n'])) {
            message.oddities.push(Oddity::BrokenSubject);
        }
        if authentication::is_contradictory(&message.authentication_results) {
            message.oddities.push(Oddity::ConflictingAuthentication);
        }
    }
}

/// Seconds east of Greenwich.
fn utc_offset(date: &mail_parser::DateTime) -> i32 {
    let seconds = (i32::from(date.tz_hour) * 60 + i32::from(date.tz_minute)) * 60;
    if date.tz_before_gmt { -seconds } else { seconds }
}

fn read_other(name: &str, value: &str, message: &mut Message<'_>) {
    let is = |other: &str| name.eq_ignore_ascii_case(other);
    if name.len() > 5 && name.as_bytes()[..5].eq_ignore_ascii_case(b"list-") {
        message.list = true;
    } else if is("auto-submitted") {
        message.auto_submitted |= !value.eq_ignore_ascii_case("no");
        message.auto_replied |= value.len() >= 12 && value.as_bytes()[..12].eq_ignore_ascii_case(b"auto-replied");
    } else if is("x-autoreply") || is("x-autorespond") || is("x-auto-response-from") {
        message.auto_replied = true;
    } else if is("precedence") && message.precedence.is_none() {
        message.precedence = Some(value.to_ascii_lowercase());
    } else if is("authentication-results") {
        message.authentication_results.push(value.to_owned());
    }
}

fn mailboxes(value: &HeaderValue<'_>) -> Vec<Mailbox> {
    let read = |addr: &mail_parser::Addr<'_>| Mailbox { name: addr.name.as_deref().map(str::to_owned), address: addr.address.as_deref().map(str::to_owned) };
    match value.as_address() {
        Some(Address::List(list)) => list.iter().map(read).collect(),
        // Clients show the name of a group before its members' (RFC 6854).
        Some(Address::Group(groups)) => {
            let of_group = |group: &'_ mail_parser::Group<'_>| {
                let name = group.name.as_deref().map(str::to_owned);
                group.addresses.iter().map(move |address| Mailbox { name: name.clone().or(read(address).name), ..read(address) }).collect::<Vec<_>>()
            };
            groups.iter().flat_map(of_group).collect()
        }
        None => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The fields that something is read of, as mail-parser reads them.
    fn fields(header: &[u8]) -> Vec<(String, String)> {
        let mut headers = Vec::new();
        MessageStream::new(header).parse_headers(&FIELDS, &mut headers);
        let is_asked = |name: &str| !is_unasked(format!("{name}:").as_bytes());
        headers.iter().filter(|header| is_asked(header.name.as_str())).map(|header| (header.name.as_str().to_owned(), format!("{:?}", header.value))).collect()
    }

    #[test]
    fn fields_that_are_left_out_change_nothing_of_the_others() {
        let pieces = [
            "From: a <a@b.example>",
            "Subject: =?utf-8?Q?hi?=",
            "SUBJECT: two",
            "To: \"a",
            "To: (a",
            "Content-Type: text/html; charset=\"utf-8",
            "List-Id: <a>",
            "X-A: b",
            "Received: from a\r\n\tby b",
            "DKIM-Signature: v=1;\n b=c",
            "X B: c",
            ": x",
            "no colon",
            "X-A",
            " x",
            "\t",
            "\r\n",
            "\n",
            "\r\n",
            "\n",
            "\u{e9}: x",
        ];
        let (mut seed, mut left_out) = (1u32, 0);
        for _ in 0..30_000 {
            let mut header = String::new();
            for _ in 0..seed % 12 {
                seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                header.push_str(pieces[(seed >> 16) as usize % pieces.len()]);
                header.push_str(if seed >> 30 == 0 { "\n" } else { "\r\n" });
            }
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            // Up to the empty line, as blocks are.
            let (end, _) = measure(header.as_bytes(), 0, &Limits::new());
            let Some(shorter) = asked_for(&header.as_bytes()[..end]) else { continue };
            left_out += 1;
            assert_eq!(fields(&shorter), fields(&header.as_bytes()[..end]), "{header:?}");
        }
        assert!(left_out > 5_000, "{left_out}");
    }
}
