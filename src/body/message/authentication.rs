//! What servers that the caller trusts found out about the sender: `Authentication-Results` (RFC 8601).
//!
//! Anybody can write such a field into a mail, so none is read unless the caller names the server, by its authserv-id.
//! That server has to remove forged fields of its own name from what it takes in (RFC 8601 section 5); here they look
//! alike. Of several fields the topmost decides, because servers add theirs on top.

#![expect(clippy::string_slice, reason = "offsets come from searches in the same text, which end between characters")]

use std::borrow::Cow;
use std::collections::HashMap;

use super::{Mailbox, ascii_host};

/// What a server found (RFC 8601 sections 2.7.1 to 2.7.4; RFC 7489 section 11.2 for DMARC).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum MethodResult {
    /// It was checked, and holds.
    Pass,
    /// It was checked, and does not hold.
    Fail,
    /// SPF: the host is probably not allowed to send.
    SoftFail,
    /// It holds, but the server does not accept it as it is.
    Policy,
    /// Nothing can be said.
    Neutral,
    /// There was nothing to check.
    None,
    /// It could not be checked; it may work later.
    TempError,
    /// It could not be checked, and never will be.
    PermError,
}

/// The results of keywords; other keywords say nothing (RFC 8601 section 2.7.7).
const RESULTS: [(&str, MethodResult); 8] = [
    ("pass", MethodResult::Pass),
    ("fail", MethodResult::Fail),
    ("softfail", MethodResult::SoftFail),
    ("policy", MethodResult::Policy),
    ("neutral", MethodResult::Neutral),
    ("none", MethodResult::None),
    ("temperror", MethodResult::TempError),
    ("permerror", MethodResult::PermError),
];

/// The results of the servers that the caller trusts; `None` where none of them reports on a method.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Authentication {
    /// Whether the host was allowed to send for the domain of the envelope (RFC 7208).
    pub spf: Option<MethodResult>,
    /// Whether a signature holds (RFC 6376): `pass` if any does, whosever it is.
    pub dkim: Option<MethodResult>,
    /// Whether one of the two holds for the domain of `From` (RFC 7489): of the three, the one that says who wrote the
    /// mail. A `pass` counts for the `From` that the mail shows and for no other.
    pub dmarc: Option<MethodResult>,
}

/// Reads fields, topmost first. `conflicting_from`: the mail has other `From` fields besides the one that `from` is of.
pub(super) fn read(fields: &[String], trusted: &[&str], from: &[Mailbox], conflicting_from: bool) -> Authentication {
    let mut out = Authentication::default();
    for field in fields {
        let Some(found) = read_field(field, trusted, |domain| speaks_of(domain, from, conflicting_from)) else { continue };
        out.spf = out.spf.or(found.spf);
        out.dkim = out.dkim.or(found.dkim);
        out.dmarc = out.dmarc.or(found.dmarc);
    }
    out
}

/// Whether two fields of one server say the opposite of DMARC. A server judges a mail once, so one of them is forged: whichever.
pub(super) fn is_contradictory(fields: &[String]) -> bool {
    let mut seen: HashMap<String, MethodResult> = HashMap::new();
    fields.iter().any(|field| {
        let Some(Token::Word(id)) = (Tokens { text: field }).next() else { return false };
        let result = read_field(field, &[&id], |_| true).and_then(|found| found.dmarc);
        let Some(result) = result.filter(|result| matches!(result, MethodResult::Pass | MethodResult::Fail)) else { return false };
        seen.insert(id.to_ascii_lowercase(), result).is_some_and(|other| other != result)
    })
}

/// Whether a DMARC result for a domain (`header.from`) is one for the mailboxes of `From`: two fields are the classic way
/// to have one domain checked and another one shown.
fn speaks_of(domain: Option<&str>, from: &[Mailbox], conflicting_from: bool) -> bool {
    let Some(domain) = domain else { return !conflicting_from };
    let checked = ascii_host(domain);
    let is_within = |host: String| host.strip_suffix(&checked).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
    !from.is_empty() && from.iter().all(|mailbox| mailbox.domain().is_some_and(|host| is_within(ascii_host(&host))))
}

/// One field: `authserv-id [version] *(";" method ["/" version] "=" result *(ptype "." property "=" value))`, or
/// `authserv-id "; none"` (RFC 8601 section 2.2). `None` if its server is not trusted.
fn read_field(field: &str, trusted: &[&str], speaks_of: impl Fn(Option<&str>) -> bool) -> Option<Authentication> {
    let mut tokens = Tokens { text: field };
    let Some(Token::Word(id)) = tokens.next() else { return None };
    if id.is_empty() || !trusted.iter().any(|trusted| trusted.trim().eq_ignore_ascii_case(&id)) {
        return None;
    }
    // A version, then the results. Some servers leave out their name and begin with a result: "spf=pass ...".
    match tokens.next() {
        Some(Token::Word(_)) if matches!(tokens.next(), None | Some(Token::Semicolon)) => {}
        None | Some(Token::Semicolon) => {}
        _ => return None,
    }
    let mut out = Authentication::default();
    let mut statement = Statement::default();
    for token in tokens {
        match token {
            Token::Semicolon => std::mem::take(&mut statement).settle(&mut out, &speaks_of),
            Token::Equals => statement.after_equals = !statement.name.is_empty(),
            Token::Word(word) => statement.word(word),
        }
    }
    statement.settle(&mut out, &speaks_of);
    Some(out)
}

/// What one server says of one method.
#[derive(Default)]
struct Statement<'f> {
    /// The last word that may be the name of a method or property.
    name: Cow<'f, str>,
    after_slash: bool,
    after_equals: bool,
    /// The method and its result.
    found: Option<(Cow<'f, str>, Option<MethodResult>)>,
    /// The value of `header.from`.
    from: Option<Cow<'f, str>>,
}

impl<'f> Statement<'f> {
    fn word(&mut self, word: Cow<'f, str>) {
        if !self.after_equals {
            // "dkim / 1": the version and the space around it change nothing.
            let is_version = self.found.is_none() && !self.name.is_empty() && (self.after_slash || word.starts_with('/'));
            self.after_slash = word.ends_with('/');
            if !is_version {
                self.name = word;
            }
            return;
        }
        let name = std::mem::take(&mut self.name);
        if self.found.is_none() {
            let result = RESULTS.iter().find(|(keyword, _)| keyword.eq_ignore_ascii_case(&word));
            self.found = Some((name, result.map(|(_, result)| *result)));
        } else if name.eq_ignore_ascii_case("header.from") {
            self.from = Some(word);
        }
        self.after_equals = false;
    }

    fn settle(self, out: &mut Authentication, speaks_of: impl Fn(Option<&str>) -> bool) {
        let Some((name, Some(result))) = self.found else { return };
        let method = name.split('/').next().unwrap_or_default();
        let is = |known: &str| method.eq_ignore_ascii_case(known);
        if is("dkim") {
            // A mail may carry several signatures, and one that holds is enough.
            if result == MethodResult::Pass || out.dkim.is_none() {
                out.dkim = Some(result);
            }
        } else if is("spf") {
            least(&mut out.spf, result);
        } else if is("dmarc") && (result != MethodResult::Pass || speaks_of(self.from.as_deref())) {
            least(&mut out.dmarc, result);
        }
    }
}

/// A field gives one result for these methods. Where it has two, the sender may have smuggled one in (an address that
/// holds `;dmarc=pass`, copied without quotes): a `pass` does not stand against another result.
fn least(slot: &mut Option<MethodResult>, result: MethodResult) {
    if slot.is_none_or(|first| first == MethodResult::Pass) {
        *slot = Some(result);
    }
}

enum Token<'f> {
    /// A word or the content of a quoted string.
    Word(Cow<'f, str>),
    Equals,
    Semicolon,
}

/// Words and marks of a field, white space and comments left out. One pass; what is never closed goes on to the end.
struct Tokens<'f> {
    text: &'f str,
}

impl<'f> Iterator for Tokens<'f> {
    type Item = Token<'f>;

    fn next(&mut self) -> Option<Token<'f>> {
        loop {
            let (token, len) = match self.text.bytes().next()? {
                b';' => (Some(Token::Semicolon), 1),
                b'=' => (Some(Token::Equals), 1),
                b'(' => (None, comment(self.text)),
                b'"' => {
                    let (content, len) = quoted(self.text);
                    (Some(Token::Word(content)), len)
                }
                c if c.is_ascii_whitespace() => (None, 1),
                _ => {
                    let is_end = |c: char| c.is_ascii_whitespace() || matches!(c, ';' | '=' | '(' | '"');
                    let len = self.text.find(is_end).unwrap_or(self.text.len());
                    (Some(Token::Word(Cow::Borrowed(&self.text[..len]))), len)
                }
            };
            self.text = &self.text[len..];
            if token.is_some() {
                return token;
            }
        }
    }
}

/// The length of a comment; they nest (RFC 5322 section 3.2.2).
fn comment(text: &str) -> usize {
    let (mut depth, mut escaped) = (0usize, false);
    for (at, c) in text.bytes().enumerate() {
        match c {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'(' => depth += 1,
            b')' if depth == 1 => return at + 1,
            b')' => depth -= 1,
            _ => {}
        }
    }
    text.len()
}

/// The content of a quoted string (RFC 5322 section 3.2.4), and its length with the quotes.
fn quoted(text: &str) -> (Cow<'_, str>, usize) {
    let (mut escaped, mut escapes) = (false, false);
    let mut end = text.len();
    for (at, c) in text.bytes().enumerate().skip(1) {
        match c {
            _ if escaped => escaped = false,
            b'\\' => (escaped, escapes) = (true, true),
            b'"' => {
                end = at;
                break;
            }
            _ => {}
        }
    }
    let content = &text[1..end];
    let length = (end + 1).min(text.len());
    if !escapes {
        return (Cow::Borrowed(content), length);
    }
    let mut plain = String::with_capacity(content.len());
    let mut chars = content.chars();
    while let Some(c) = chars.next() {
        plain.extend(if c == '\\' { chars.next() } else { Some(c) });
    }
    (Cow::Owned(plain), length)
}

#[cfg(test)]
mod tests {
    use super::MethodResult::{Fail, Neutral, Pass, SoftFail};
    use super::*;
    use crate::Message;

    fn of(fields: &[&str]) -> Authentication {
        let mut message = Message::new().from("Example <no-reply@mail.example.org>");
        message.authentication_results = fields.iter().map(|field| (*field).to_owned()).collect();
        message.authentication(&["mx.example.net"])
    }

    fn results(spf: Option<MethodResult>, dkim: Option<MethodResult>, dmarc: Option<MethodResult>) -> Authentication {
        Authentication { spf, dkim, dmarc }
    }

    #[test]
    fn results_are_read_in_every_spelling_of_the_rfc() {
        for field in [
            "mx.example.net; spf=pass smtp.mailfrom=example.org; dkim=fail header.d=example.org; dmarc=pass header.from=mail.example.org",
            "MX.example.NET 1; SPF=Pass;\r\n\tDKIM/1 = Fail reason=\"no; dkim=pass\";\r\n dmarc=pass (p=none; dmarc=fail \\) (nested)) header.from=example.org",
            "\"mx.\\example.net\" (a comment) ; spf (why) = (not) pass ; dkim / 1 = fail header.b=\"a=b\" ; dmarc = pass",
        ] {
            assert_eq!(of(&[field]), results(Some(Pass), Some(Fail), Some(Pass)), "{field}");
        }
    }

    #[test]
    fn a_field_without_results_says_nothing() {
        for field in [
            "",
            ";",
            "=",
            "mx.example.net",
            "mx.example.net; none",
            "mx.example.net; dmarc",
            "mx.example.net; dmarc=",
            "mx.example.net; dmarc=bestguesspass",
            "mx.example.net (dmarc=pass",
            "mx.example.net; \"dmarc=pass",
        ] {
            assert_eq!(of(&[field]), Authentication::default(), "{field}");
        }
    }

    #[test]
    fn a_server_that_is_not_trusted_says_nothing() {
        for field in [
            "mx.example.net.evil.example; dmarc=pass",
            "mx.example.netx; dmarc=pass",
            "; mx.example.net; dmarc=pass",
            "spf=pass mx.example.net; dmarc=pass",
            "mx.example.net dmarc=pass",
            "(mx.example.net) mx.example.com; dmarc=pass",
        ] {
            assert_eq!(of(&[field]), Authentication::default(), "{field}");
        }
        let mut message = Message::new().from("a@example.org");
        message.authentication_results.push("mx.example.net; dmarc=pass".to_owned());
        assert_eq!(message.authentication(&[]), Authentication::default());
        message.authentication_results = vec!["; dmarc=pass".to_owned(), "\"\"; dmarc=pass".to_owned()];
        assert_eq!(message.authentication(&[""]), Authentication::default());
    }

    #[test]
    fn the_topmost_field_that_reports_on_a_method_decides() {
        let fields = ["mx.example.org; dmarc=pass", "mx.example.net; dkim=neutral", "mx.example.net; spf=softfail; dmarc=fail", "mx.example.net; spf=pass; dkim=pass; dmarc=pass"];
        assert_eq!(of(&fields), results(Some(SoftFail), Some(Neutral), Some(Fail)));
    }

    #[test]
    fn a_pass_smuggled_into_a_field_does_not_count() {
        assert_eq!(of(&["mx.example.net; spf=pass smtp.mailfrom=x;dmarc=pass@evil.example; dmarc=fail header.from=example.org"]).dmarc, Some(Fail));
    }

    #[test]
    fn one_signature_that_holds_is_enough() {
        assert_eq!(of(&["mx.example.net; dkim=fail header.d=list.example; dkim=pass header.d=example.org"]).dkim, Some(Pass));
    }

    #[test]
    fn a_pass_for_another_from_is_not_this_mails() {
        assert_eq!(of(&["mx.example.net; dmarc=pass header.from=evil.example"]).dmarc, None);
        assert_eq!(of(&["mx.example.net; dmarc=fail header.from=evil.example"]).dmarc, Some(Fail));
        assert_eq!(of(&["mx.example.net; dmarc=pass header.from=l.example.org"]).dmarc, None);
        let raw = b"Authentication-Results: mx.example.net; dmarc=pass\r\nFrom: a@example.org\r\nFrom: b@evil.example\r\n\r\nhello";
        assert_eq!(Message::parse(raw).authentication(&["mx.example.net"]).dmarc, None);
    }

    #[test]
    fn any_text_is_read_in_one_pass() {
        for piece in ["(", "\"", "\\", ";", "=", "a", "(\\", ";dmarc=", "\"\\\"", "é"] {
            of(&[&format!("mx.example.net; {}", piece.repeat(100_000))]);
        }
    }
}
