//! What links that deceive have in common, and the harmless links that look like them.

#![expect(clippy::indexing_slicing, reason = "indices come from positions in the same list, or from the enum that the array is as long as")]
#![expect(clippy::string_slice, reason = "spans of blocks, lines, links and phrases lie in the text of their view, between characters")]

use std::borrow::Cow;
use std::fmt;

use percent_encoding::percent_decode_str;
use smallvec::SmallVec;
use url::Url;

use super::link::{UrlWord, has_token};
use super::sender::Senders;
use super::{Observations, Sign};
use crate::body::view::View;
use crate::candidate::host;
use crate::candidate::link::LinkCandidate;

/// Anchor texts are short. One that is as long as this hides nothing by being longer.
const MAX_ANCHOR_BYTES: usize = 2 << 10;

macro_rules! flags {
    ($($(#[$doc:meta])* $variant:ident = $sign:ident, $text:literal;)+) => {
        /// Something about a link that a reader would want to know before following it. Each has links that mean no harm.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum LinkFlag { $($(#[$doc])* $variant,)+ }

        impl LinkFlag {
            /// Every one, worst first.
            pub const ALL: &'static [LinkFlag] = &[$(LinkFlag::$variant,)+];

            /// The observation that it is.
            pub fn sign(self) -> Sign {
                match self { $(LinkFlag::$variant => Sign::$sign,)+ }
            }
        }

        impl fmt::Display for LinkFlag {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(match self { $(LinkFlag::$variant => $text,)+ })
            }
        }
    };
}

flags! {
    /// The host is written so that it is not recognised: an IP address as one number, in octal or hexadecimal; letters
    /// escaped, or replaced by variants that a browser turns into plain ones.
    DisguisedHost = HostIsDisguised, "the host is written in disguise";
    /// The host looks like another name (Unicode Technical Standard 39): letters of scripts that no language mixes, or all
    /// of them letters that look Latin. Names wholly in one script, under a top level in that script, are not meant.
    ConfusableHost = HostIsConfusable, "the host looks like another name";
    /// The host shows another owner's name where a reader looks first: below a name that ends in `.com`, `.net` or `.org`, or
    /// in the sender's domain (`accounts.bank.example.evil.example`); or nothing but that name follows the host, as the query or
    /// the fragment.
    ImitatingHost = HostImitates, "the host shows another owner's name";
    /// The anchor text shows a host of one registrable domain, and the link leads to another. Not meant are links that are
    /// tracked: by a known click wrapper, or under the sender's own registrable domain.
    AnchorShowsOtherHost = AnchorShowsOtherHost, "the anchor text shows another host";
    /// The host is of the reader's own network: `localhost`, a private address. A program that opens links must not be led
    /// there.
    InternalHost = HostIsInternal, "the host is of a private network";
    /// The host is an IP address.
    IpHost = HostIsAddress, "the host is an IP address";
    /// A parameter is itself a URL of another registrable domain than the link's and the sender's: where the page does not
    /// check it, it leads on to there.
    RedirectParameter = LeadsOn, "a parameter leads on to another host";
    /// A port that is not the scheme's own.
    OtherPort = OtherPort, "the port is unusual";
    /// http, not https.
    PlainHttp = PlainHttp, "the connection is not encrypted";
}

impl LinkFlag {
    /// Those that were observed, worst first.
    pub(crate) fn of(seen: &Observations) -> Vec<LinkFlag> {
        LinkFlag::ALL.iter().copied().filter(|flag| seen.has(flag.sign())).collect()
    }
}

/// Linear in the lengths of the URLs and of the anchor texts.
pub(super) fn observe(senders: &Senders, views: &[View], link: &LinkCandidate, out: &mut Observations) {
    let (url, sent) = (&link.url, &*link.sent());
    let written = link.target.as_deref().unwrap_or(&link.href);
    // Behind a wrapper there are two URLs.
    let either = |holds: &dyn Fn(&Url, &str) -> bool| holds(url, written) || link.target.is_some() && holds(sent, &link.href);
    out.sign_if(either(&|url, written| host::is_disguised(written, url)), Sign::HostIsDisguised);
    out.sign_if(either(&|url, _| host::is_confusable(url)), Sign::HostIsConfusable);
    out.sign_if(host::is_internal(url), Sign::HostIsInternal);
    out.sign_if(matches!(url.host(), Some(url::Host::Ipv4(_) | url::Host::Ipv6(_))), Sign::HostIsAddress);
    out.sign_if(url.port().is_some(), Sign::OtherPort);
    out.sign_if(url.scheme() == "http", Sign::PlainHttp);
    let leads_on = leads_on(url, senders);
    out.sign_if(leads_on.is_some(), Sign::LeadsOn);
    out.sign_if(leads_on.is_some_and(|does_more| !does_more), Sign::OnlyLeadsOn);
    out.sign_if(either(&|url, _| imitates(url, senders)), Sign::HostImitates);
    out.sign_if(shows_other_host(views, link, sent, senders), Sign::AnchorShowsOtherHost);
}

fn is_owned_alike(one: &Url, other: &Url) -> bool {
    one.host_str().zip(other.host_str()).is_some_and(|(one, other)| host::is_same_owner(one, other))
}

/// Suffixes that readers take for the end of a name, wherever they stand.
const KNOWN_ENDS: [&str; 3] = ["com", "net", "org"];

/// Whether a host is made to be read as another owner's.
fn imitates(url: &Url, senders: &Senders) -> bool {
    let (Some(host), Some(own)) = (url.domain(), host::registrable(url)) else { return false };
    let labels: SmallVec<[&str; 8]> = host.strip_suffix(own).unwrap_or("").split('.').filter(|label| !label.is_empty()).collect();
    if labels.iter().skip(1).any(|label| KNOWN_ENDS.contains(label)) {
        return true;
    }
    if senders.own(host) {
        return false;
    }
    let below = labels.join(".");
    let follows = [url.query(), url.fragment()].into_iter().flatten().filter(|_| url.path() == "/");
    senders.names().any(|name| is_part_of(name, &below)) || follows.into_iter().any(|text| senders.names().any(|name| is_part_of(name, host_of(text))))
}

/// The host that a text begins with, with a scheme or without.
fn host_of(text: &str) -> &str {
    let is_scheme = |scheme: &str| scheme.bytes().all(|c| c.is_ascii_alphanumeric());
    let text = text.split_once("://").filter(|(scheme, _)| is_scheme(scheme)).map_or(text, |(_, rest)| rest);
    text.split(['/', '?', '#', '&', '=']).next().unwrap_or(text)
}

/// Whether a name stands in a host, as whole labels.
fn is_part_of(name: &str, host: &str) -> bool {
    host.match_indices(name).any(|(at, _)| (at == 0 || host.as_bytes()[at - 1] == b'.') && host.as_bytes().get(at + name.len()).is_none_or(|next| *next == b'.'))
}

/// Whether a parameter leads on to somebody else's site, and if so whether the link holds a token outside of that parameter:
/// a link that verifies something itself may lead on afterwards.
fn leads_on(url: &Url, senders: &Senders) -> Option<bool> {
    let is_elsewhere = |value: &str| destination(value, url).is_some_and(|target| !is_owned_alike(&target, url) && !target.host_str().is_some_and(|host| senders.own(host)));
    let (elsewhere, others): (Vec<_>, Vec<_>) = url.query_pairs().partition(|(_, value)| is_elsewhere(value));
    if elsewhere.is_empty() {
        return None;
    }
    // A short one counts where its name says what it is: "token=55f0b6".
    let is_named = |name: &str| UrlWord::Token.words().iter().any(|word| name.to_ascii_lowercase().contains(word));
    let is_token = |(name, value): &(Cow<'_, str>, Cow<'_, str>)| has_token(value) || value.len() >= LEAST_NAMED_TOKEN && is_named(name);
    let does_more = has_token(url.path()) || url.fragment().is_some_and(has_token) || others.iter().any(is_token);
    Some(does_more)
}

/// A code of four digits.
const LEAST_NAMED_TOKEN: usize = 4;

/// Servers decode a parameter once more than the standard says, at times twice.
const MAX_DECODINGS: usize = 2;

/// Where a page leads on to that takes a parameter for an address: an http or https URL, or `//host`, `/\host` and the like, which
/// a browser reads as a host under the page's own scheme (WHATWG URL, section 4.4, "relative slash state").
fn destination(value: &str, page: &Url) -> Option<Url> {
    let mut value = Cow::Borrowed(value.trim());
    for _ in 0..MAX_DECODINGS {
        let Cow::Owned(decoded) = percent_decode_str(&value).decode_utf8_lossy() else { break };
        value = Cow::Owned(decoded);
    }
    let is_slash = |at: usize| matches!(value.as_bytes().get(at), Some(b'/' | b'\\'));
    let target = match () {
        () if value.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("http")) => Url::parse(&value).ok()?,
        () if is_slash(0) && is_slash(1) => page.join(&value).ok()?,
        () => return None,
    };
    matches!(target.scheme(), "http" | "https").then_some(target)
}

fn shows_other_host(views: &[View], link: &LinkCandidate, sent: &Url, senders: &Senders) -> bool {
    // Where an opaque wrapper leads is not known; a tracker under the sender's own name is the sender's.
    if link.opaque || sent.host_str().is_some_and(|host| senders.own(host)) {
        return false;
    }
    let anchors = link.occurrences.iter().map(|o| (&views[o.view], &views[o.view].links[o.link])).filter(|(_, anchor)| !anchor.bare && !anchor.action);
    let shown = anchors.flat_map(|(view, anchor)| shown_hosts(&view.text[anchor.span.clone()]));
    shown.into_iter().any(|shown| !is_owned_alike(&shown, &link.url) && !is_owned_alike(&shown, sent))
}

/// The hosts that an anchor text names: of URLs in it, of words that begin with "www."; and of a bare name, where it is all
/// there is. In a sentence a bare name may be that of a company or a file.
fn shown_hosts(text: &str) -> Vec<Url> {
    let mut words = text[..crate::body::view::floor(text, MAX_ANCHOR_BYTES)].split_whitespace().peekable();
    let Some(first) = words.next() else { return Vec::new() };
    if words.peek().is_none() {
        return host::named(first).into_iter().collect();
    }
    let is_address = |word: &&str| word.contains("://") || word.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("www."));
    std::iter::once(first).chain(words).filter(is_address).filter_map(host::named).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::body::message::Message;
    use crate::candidate::link::find_links;

    /// The flags of the first link of a mail from `a@mail.ex.org`, or from another sender.
    fn flags_from(from: &str, html: &str) -> Vec<LinkFlag> {
        let (message, views) = (Message::new().from(from), [View::of_html(html)]);
        let (links, _) = find_links(&views, &crate::Limits::new());
        let mut out = Observations::new();
        observe(&Senders::of(&message), &views, &links[0], &mut out);
        LinkFlag::of(&out)
    }

    fn flags(href: &str, anchor: &str) -> Vec<LinkFlag> {
        flags_from("a@mail.ex.org", &format!("<a href=\"{href}\">{anchor}</a>"))
    }

    #[test]
    fn ordinary_links_have_no_flag() {
        for (href, anchor) in [
            ("https://ex.org/v", "Sign in"),
            ("https://ex.org/v", "https://ex.org/v"),
            ("https://id.ex.org/v", "www.ex.org"),
            ("https://other.example/v", "Sign in at Ex.org"),
            ("https://other.example/v", "me@ex.org"),
            ("https://müller.example/v", "müller.example"),
            ("https://пример.рф/v", "пример.рф"),
        ] {
            assert_eq!(flags(href, anchor), [], "{href} {anchor}");
        }
    }

    #[test]
    fn each_flag_is_seen() {
        for (href, expected) in [
            ("https://3232235786/v", &[LinkFlag::DisguisedHost, LinkFlag::InternalHost, LinkFlag::IpHost][..]),
            ("https://ex%61mple.com/v", &[LinkFlag::DisguisedHost]),
            ("https://pаypal.com/v", &[LinkFlag::ConfusableHost]),
            ("https://xn--pypal-4ve.com/v", &[LinkFlag::ConfusableHost]),
            ("https://localhost:3000/v", &[LinkFlag::InternalHost, LinkFlag::OtherPort]),
            ("https://203.0.113.7/v", &[LinkFlag::IpHost]),
            ("https://other.example/v?next=https%3A%2F%2Fthird.example%2F", &[LinkFlag::RedirectParameter]),
            ("http://other.example/v", &[LinkFlag::PlainHttp]),
            // What the wrapper hides is what counts.
            ("https://www.google.com/url?q=http://3232235786/v", &[LinkFlag::DisguisedHost, LinkFlag::InternalHost, LinkFlag::IpHost, LinkFlag::PlainHttp]),
        ] {
            assert_eq!(flags(href, "Sign in"), expected, "{href}");
        }
    }

    #[test]
    fn a_host_that_shows_another_name_is_seen() {
        for href in [
            "https://accounts.ex.org.evil.example/v",
            "https://account.live.com.mailsec.example/v",
            "https://evil.example/#https://id.ex.org/v?t=1",
            "https://evil.example?id.ex.org/v",
        ] {
            assert!(flags(href, "Sign in").contains(&LinkFlag::ImitatingHost), "{href}");
        }
        for href in [
            "https://mail.ex.org/v",
            "https://links.info.other.example/v",
            "https://com.other.example/v",
            "https://other.example/ex.org/v",
            "https://other.example/v?site=ex.org",
            "https://other.example?link=https://ex.org/v",
            "https://shop.com.br/v",
        ] {
            assert!(!flags(href, "Sign in").contains(&LinkFlag::ImitatingHost), "{href}");
        }
    }

    #[test]
    fn an_anchor_that_shows_another_host_is_seen() {
        for (href, anchor) in [
            ("https://evil.example/v", "https://bank.example/login"),
            ("https://evil.example/v", "bank.com"),
            ("https://evil.example/v", "Sign in: www.bank.com/login"),
            ("https://bank.com.evil.example/v", "bank.com"),
            ("https://www.google.com/url?q=https://evil.example/", "bank.com"),
            ("https://203.0.113.7/v", "bank.com"),
        ] {
            assert!(flags(href, anchor).contains(&LinkFlag::AnchorShowsOtherHost), "{href} {anchor}");
        }
    }

    #[test]
    fn tracked_links_may_show_where_they_lead() {
        for (href, anchor) in [
            // By a known wrapper, read or opaque.
            ("https://www.google.com/url?q=https://bank.com/", "bank.com"),
            ("https://url99.other.example/ls/click?upn=u001.x", "https://bank.com/login"),
            // Under the sender's own domain.
            ("https://click.ex.org/c/8f3e", "https://bank.com/login"),
        ] {
            assert!(!flags(href, anchor).contains(&LinkFlag::AnchorShowsOtherHost), "{href} {anchor}");
        }
    }

    #[test]
    fn a_destination_is_read_as_a_browser_would_however_it_is_escaped() {
        for target in ["http%3A%2F%2Fthird.example%2F", "%252F%252Fthird.example%252Fv", "%2F%5Cthird.example", "%5C%5Cthird.example", "//third.example/v"] {
            assert_eq!(flags(&format!("https://ex.org/go?next={target}"), "Sign in"), [LinkFlag::RedirectParameter], "{target}");
        }
        for target in ["%2Fthird.example", "third.example", "/", "//", "%252Fhome", "//id.ex.org/v", "%2F%5Cex.org"] {
            assert_eq!(flags(&format!("https://ex.org/go?next={target}"), "Sign in"), [], "{target}");
        }
    }

    #[test]
    fn a_link_may_lead_on_to_its_own_host_and_to_the_senders() {
        for target in ["https://auth.host.example/b", "https://app.ex.org/home", "/home", "httpbin"] {
            assert_eq!(flags(&format!("https://id.host.example/verify?t=1&redirect_to={target}"), "Sign in"), [], "{target}");
        }
        assert_eq!(flags_from("", "<a href=\"https://a.example/?r=https://b.example/\">Go</a>"), [LinkFlag::RedirectParameter]);
    }
}
