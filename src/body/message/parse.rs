//! From bytes to [`Message`], on top of mail-parser.

use std::borrow::Cow;

use mail_parser::decoders::charsets::map::charset_decoder;
use mail_parser::{Address, Encoding, Header, HeaderName, HeaderValue, MessageParser, MessagePart, MimeHeaders, PartType};

use super::{BodyKind, BodyPart, Mailbox, Message, oddity};
use crate::report::Limit;

/// Common mail servers refuse mails of over 25 to 50 MB.
pub(super) const MAX_MESSAGE_BYTES: usize = 25 << 20;
/// Real mails have up to some dozens of parts; servers cap them at 1,000 to 10,000.
const MAX_PARTS: usize = 1_000;
/// Real mail nests two deep (a forwarded bounce).
const MAX_NESTED_DEPTH: usize = 4;
/// Mentions of nested messages in the raw bytes. The parser's nesting has no cap of its own, and a chain of some
/// ten thousand would exhaust the stack when it is dropped.
const MAX_NESTED_MENTIONS: usize = 64;

/// Parameter continuations in the raw bytes: the parser's time grows with their square. A long file name takes a dozen.
const MAX_CONTINUATIONS: usize = 1_000;

pub(super) fn parse(raw: &[u8]) -> Message<'_> {
    let mut limits_hit = Vec::new();
    let mut bytes = raw;
    if bytes.len() > MAX_MESSAGE_BYTES {
        bytes = &bytes[..MAX_MESSAGE_BYTES];
        limits_hit.push(Limit::MessageBytes);
    }
    if let Some(end) = end_of_nesting(bytes) {
        bytes = &bytes[..end];
        limits_hit.push(Limit::NestedMessages);
    }
    if let Some(end) = end_of_continuations(bytes) {
        bytes = &bytes[..end];
        limits_hit.push(Limit::Parameters);
    }
    let mut message = match parser().parse(bytes) {
        Some(parsed) => read(parsed, 0, &mut MAX_PARTS.clone()),
        None => Message::default(),
    };
    limits_hit.append(&mut message.limits_hit);
    message.limits_hit = limits_hit;
    message
}

fn parser() -> MessageParser {
    MessageParser::new()
        .with_mime_headers()
        .with_address_headers()
        .with_date_headers()
        .with_message_ids()
        .header_text(HeaderName::Subject)
        .header_text("Auto-Submitted")
        .header_text("Precedence")
        .header_raw(HeaderName::AuthenticationResults)
        .default_header_raw()
}

/// Where the mention of a nested message stands that is one too many.
fn end_of_nesting(raw: &[u8]) -> Option<usize> {
    let starts_with = |at: usize, word: &[u8]| raw[at..].len() >= word.len() && raw[at..at + word.len()].eq_ignore_ascii_case(word);
    memchr::memchr_iter(b'/', raw)
        .filter(|&slash| slash >= 7 && (raw[slash - 7..slash].eq_ignore_ascii_case(b"message") || starts_with(slash + 1, b"digest")))
        .nth(MAX_NESTED_MENTIONS)
}

/// Where the parameter continuation (RFC 2231 section 3: `name*0=`, `name*1*=`) stands that is one too many.
fn end_of_continuations(raw: &[u8]) -> Option<usize> {
    let is_continuation = |star: &usize| {
        let rest = &raw[star + 1..];
        let digits = rest.iter().take(8).take_while(|c| c.is_ascii_digit()).count();
        let rest = &rest[digits..];
        digits > 0 && (rest.starts_with(b"=") || rest.starts_with(b"*="))
    };
    memchr::memchr_iter(b'*', raw).filter(is_continuation).nth(MAX_CONTINUATIONS)
}

fn read<'x>(parsed: mail_parser::Message<'x>, depth: usize, parts_left: &mut usize) -> Message<'x> {
    let mut message = Message::default();
    let (attachments, raw) = (parsed.attachments, parsed.raw_message);
    for (id, mut part) in parsed.parts.into_iter().enumerate() {
        if *parts_left == 0 {
            message.limits_hit.push(Limit::Parts);
            break;
        }
        *parts_left -= 1;
        if id == 0 {
            read_headers(&part.headers, &mut message);
            message.oddities = oddity::conflicts(&part.headers);
        }
        if let Some(content) = undeclared_charset(&part, &raw) {
            match &mut part.body {
                PartType::Text(text) | PartType::Html(text) => *text = Cow::Owned(content),
                _ => {}
            }
        }
        read_part(part, attachments.contains(&(id as u32)), depth, parts_left, &mut message);
    }
    message
}

/// Where a `<meta>` may declare the charset of an HTML part, in bytes from its start (HTML standard, 13.2.3.2).
const MAX_META_OFFSET: usize = 1024;
/// What browsers and mail clients fall back to.
const FALLBACK_CHARSET: &[u8] = b"windows-1252";

/// The content of a part that declares no charset and is not UTF-8, by the charset that its `<meta>` names.
fn undeclared_charset(part: &MessagePart<'_>, raw: &[u8]) -> Option<String> {
    let (PartType::Text(content) | PartType::Html(content)) = &part.body else { return None };
    let declared = part.content_type().is_some_and(|t| t.has_attribute("charset"));
    if declared || !content.contains(char::REPLACEMENT_CHARACTER) {
        return None;
    }
    let encoded = raw.get(part.offset_body as usize..part.offset_end as usize)?;
    let bytes = match part.encoding {
        Encoding::None => Cow::Borrowed(encoded),
        Encoding::QuotedPrintable => Cow::Owned(mail_parser::decoders::quoted_printable::quoted_printable_decode(encoded)?),
        Encoding::Base64 => Cow::Owned(mail_parser::decoders::base64::base64_decode(encoded)?),
    };
    let head = bytes[..bytes.len().min(MAX_META_OFFSET)].to_ascii_lowercase();
    let named = memchr::memmem::find(&head, b"charset=").map(|at| &head[at + 8..]);
    let name: Vec<u8> =
        named.unwrap_or(FALLBACK_CHARSET).iter().copied().skip_while(|c| matches!(c, b'"' | b'\'')).take_while(|c| c.is_ascii_alphanumeric() || matches!(c, b'-' | b'_')).collect();
    let decode = charset_decoder(&name).or_else(|| charset_decoder(FALLBACK_CHARSET))?;
    Some(decode(&bytes))
}

fn read_headers(headers: &[Header<'_>], message: &mut Message<'_>) {
    for header in headers {
        let value = &header.value;
        match &header.name {
            HeaderName::From if message.from.is_empty() => message.from = mailboxes(value),
            HeaderName::Sender if message.sender.is_none() => message.sender = mailboxes(value).into_iter().next(),
            HeaderName::ReplyTo if message.reply_to.is_empty() => message.reply_to = mailboxes(value),
            HeaderName::To if message.to.is_empty() => message.to = mailboxes(value),
            HeaderName::Subject if message.subject.is_none() => message.subject = value.as_text().map(str::to_owned),
            HeaderName::Date if message.date.is_none() => message.date = value.as_datetime().filter(|date| date.is_valid()).map(mail_parser::DateTime::to_timestamp),
            HeaderName::MessageId if message.message_id.is_none() => message.message_id = value.as_text().map(str::to_owned),
            HeaderName::InReplyTo | HeaderName::References => message.in_reply_to = true,
            HeaderName::ContentType => {
                message.is_report |= value.as_content_type().is_some_and(|t| t.ctype() == "multipart" && t.subtype().is_some_and(|s| s.eq_ignore_ascii_case("report")));
            }
            name => read_other_header(name.as_str(), value.as_text().unwrap_or("").trim(), message),
        }
    }
}

fn read_other_header(name: &str, value: &str, message: &mut Message<'_>) {
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
        Some(Address::Group(groups)) => groups.iter().flat_map(|group| &group.addresses).map(read).collect(),
        None => Vec::new(),
    }
}

fn read_part<'x>(part: MessagePart<'x>, listed_as_attachment: bool, depth: usize, parts_left: &mut usize, message: &mut Message<'x>) {
    let disposed = part.content_disposition().is_some_and(|d| d.is_attachment());
    // A logo that the HTML shows by its Content-ID (RFC 2392) is no file to a reader.
    let is_picture = part.content_id().is_some() && part.content_type().is_some_and(|kind| kind.ctype().eq_ignore_ascii_case("image"));
    let (plain, html) = match part.content_type() {
        None => (true, false),
        Some(t) if t.ctype().eq_ignore_ascii_case("text") => {
            let is = |name: &str| t.subtype().is_some_and(|s| s.eq_ignore_ascii_case(name));
            (t.subtype().is_none() || is("plain"), is("html"))
        }
        // A type that cannot be read ("Content-Type: text", "html", empty): mail-parser hands such parts over as text.
        Some(t) => (t.subtype().is_none(), false),
    };
    let attribute = |name: &str, wanted: &str| part.content_type().and_then(|t| t.attribute(name)).is_some_and(|v| v.eq_ignore_ascii_case(wanted));
    let (flowed, delsp) = (attribute("format", "flowed"), attribute("delsp", "yes"));
    match part.body {
        PartType::Text(content) if plain && !disposed => message.parts.push(BodyPart { kind: BodyKind::Text, content, flowed, delsp }),
        PartType::Html(content) if html && !disposed => message.parts.push(BodyPart { kind: BodyKind::Html, content, flowed: false, delsp: false }),
        PartType::Message(nested) if depth < MAX_NESTED_DEPTH => message.nested.push(read(nested, depth + 1, parts_left)),
        PartType::Message(_) => message.limits_hit.push(Limit::NestedMessages),
        PartType::Multipart(_) => {}
        // A body that is binary for the parser but that nothing declares to be a file: read what of it is text.
        PartType::Binary(bytes) | PartType::InlineBinary(bytes) if plain && !disposed && !listed_as_attachment => {
            let content = Cow::Owned(String::from_utf8_lossy(&bytes).into_owned());
            message.parts.push(BodyPart { kind: BodyKind::Text, content, flowed, delsp });
        }
        PartType::Text(_) | PartType::Html(_) | PartType::Binary(_) | PartType::InlineBinary(_) => message.attachments += usize::from(disposed || !is_picture),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chain_of_nested_messages_is_cut_and_said() {
        let raw = "Content-Type: message/rfc822\r\n\r\n".repeat(20_000);
        let message = parse(raw.as_bytes());
        assert!(message.limits_hit.contains(&Limit::NestedMessages));
    }

    #[test]
    fn a_flood_of_parameter_continuations_is_cut_and_said() {
        let raw = format!("Content-Type: text/plain{}\r\n\r\nhello", (0..5_000).map(|n| format!("; n*{n}*=a")).collect::<String>());
        assert!(parse(raw.as_bytes()).limits_hit.contains(&Limit::Parameters));
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
