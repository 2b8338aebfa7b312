//! What a link's host is: its registrable domain, and whether it is written to be taken for another.

use std::net::{Ipv4Addr, Ipv6Addr};

use unicode_normalization::UnicodeNormalization;
use unicode_security::{GeneralSecurityProfile, RestrictionLevel, RestrictionLevelDetection, skeleton};
use url::{Host, Url};

/// The registrable domain of a URL's host (the public suffix and one label more, after the Public Suffix List), in lower
/// case and in Punycode. `None` for an IP address and for a name such as `localhost`.
pub(crate) fn registrable(url: &Url) -> Option<&str> {
    registrable_name(url.host_str()?)
}

/// The same of a host in the spelling that URLs have it in.
pub(crate) fn registrable_name(host: &str) -> Option<&str> {
    let host = host.trim_end_matches('.');
    // The URL standard takes whatever ends in a number for an address (section 3.5).
    let is_address = host.starts_with('[') || host.rsplit('.').next().is_some_and(|last| last.bytes().all(|b| b.is_ascii_digit()));
    (!is_address).then(|| psl::domain_str(host)).flatten()
}

/// Whether two hosts in that spelling are of one registrable domain, or the same where there is none.
pub(crate) fn is_same_owner(one: &str, other: &str) -> bool {
    one == other || registrable_name(one).is_some_and(|owner| registrable_name(other) == Some(owner))
}

/// The host of a text that names one, parsed as a browser would: `https://ex.org/a`, `www.ex.org`, `ex.org`. Names count
/// where a public suffix that exists ends them: "e.g." and "v1.2" name no host.
pub(crate) fn named(text: &str) -> Option<Url> {
    let text = text.trim_matches(|c: char| !c.is_alphanumeric() && c != '/');
    if let Some(authority) = super::href::authority(text) {
        return super::href::http_url(&format!("https://{authority}/"));
    }
    let host = text.split(['/', '?', '#']).next()?;
    if host.contains(['@', ':']) || !host.contains('.') {
        return None;
    }
    let url = super::href::http_url(&format!("https://{host}/"))?;
    // "www." says itself that a name follows.
    let says_so = host.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("www."));
    let is_known = says_so || is_reserved(url.host_str()?) || psl::suffix(url.host_str()?.as_bytes()).is_some_and(|suffix| suffix.is_known());
    (is_known && registrable(&url).is_some()).then_some(url)
}

/// Names of tests and of examples, which are no public suffixes (RFC 2606, section 2).
fn is_reserved(host: &str) -> bool {
    ["test", "example"].iter().any(|top| is_or_below(host, top))
}

/// Whether the host is written in a form that no person and no program writes without a purpose: an IP address as one
/// number, in octal or in hexadecimal; letters escaped (`ex%61mple.org`) or replaced by variants that a browser turns into
/// plain ones (`ⓔxample.org`, `example。org`).
pub(crate) fn is_disguised(href: &str, url: &Url) -> bool {
    let (Some(authority), Some(host)) = (super::href::authority(href), url.host()) else { return false };
    let written = authority.rsplit_once(':').filter(|(_, port)| port.bytes().all(|b| b.is_ascii_digit())).map_or(authority, |(host, _)| host);
    match host {
        Host::Ipv4(address) => written != address.to_string(),
        Host::Ipv6(_) => false,
        Host::Domain(name) => written.contains('%') || !written.is_ascii() && plain(written) != plain(&idna::domain_to_unicode(name).0),
    }
}

/// Lower case and composed, which is all that may differ between a name as typed and as registered.
fn plain(host: &str) -> String {
    host.nfc().flat_map(char::to_lowercase).nfc().collect()
}

/// Whether a label of the host looks like another name (Unicode Technical Standard 39): scripts mixed as no language mixes
/// them, or every letter of it one that looks like a Latin one. Names that are written in their own script under a top
/// level of that script are looked at for mixtures only: their readers read that script.
pub(crate) fn is_confusable(url: &Url) -> bool {
    let Some(name) = url.domain().filter(|name| name.contains("xn--")) else { return false };
    let name = idna::domain_to_unicode(name).0;
    let own_top_level = name.trim_end_matches('.').rsplit('.').next().is_some_and(|top| !top.is_ascii());
    name.split('.').filter(|label| !label.is_ascii()).any(|label| is_mixed(label) || (!own_top_level && looks_latin(label)))
}

fn is_mixed(label: &str) -> bool {
    label.detect_restriction_level() == RestrictionLevel::MinimallyRestrictive
}

/// The Latin letters of living languages are what they look like: `ı` is no disguise in Turkish.
fn looks_latin(label: &str) -> bool {
    let is_own = |c: char| c.is_ascii() || c.identifier_allowed() && matches!(c, '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}');
    !label.chars().all(is_own) && skeleton(label).all(|c| c.is_ascii())
}

/// Whether the host is one of the reader's own network rather than of the internet: a loopback, private or link-local
/// address (RFC 1122, 1918, 3927, 4193, 4291), a name of one label, or one under a top level that is set aside for such
/// names (RFC 6761, RFC 6762, RFC 8375, ICANN's `.internal`). A program that opens links must not be led there.
pub(crate) fn is_internal(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => {
            let name = name.trim_end_matches('.');
            !name.contains('.') || ["localhost", "local", "internal", "home.arpa", "lan"].iter().any(|top| is_or_below(name, top))
        }
        Some(Host::Ipv4(address)) => is_internal_v4(address),
        Some(Host::Ipv6(address)) => is_internal_v6(address),
        None => false,
    }
}

fn is_internal_v4(address: Ipv4Addr) -> bool {
    // 100.64.0.0/10 is shared by the customers of a carrier (RFC 6598).
    let shared = address.octets()[0] == 100 && address.octets()[1] & 0xc0 == 64;
    address.is_loopback() || address.is_private() || address.is_link_local() || address.is_unspecified() || address.is_broadcast() || shared
}

fn is_internal_v6(address: Ipv6Addr) -> bool {
    address.is_loopback() || address.is_unspecified() || address.is_unique_local() || address.is_unicast_link_local() || address.to_ipv4().is_some_and(is_internal_v4)
}

/// Whether a host is a domain or a name below it.
pub(crate) fn is_or_below(host: &str, domain: &str) -> bool {
    host.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(href: &str) -> Url {
        Url::parse(href).expect("a URL")
    }

    #[test]
    fn addresses_and_names_in_disguise_are_seen() {
        for href in [
            "http://3232235786/",
            "http://0xC0A8010A/",
            "http://0300.0250.0001.0012/",
            "http://192.168.266/",
            "http://1.1/",
            "http://0x7f.1/",
            "http://192.168.1.10./",
            "https://ex%61mple.org/",
            "https://ⓔxample.org/",
            "https://ｅｘａｍｐｌｅ.org/",
            "https://example。org/",
            "https://exam\u{ad}ple.org/",
            "https://１２７.0.0.1/",
        ] {
            assert!(is_disguised(href, &url(href)), "{href}");
        }
        for href in ["http://192.168.1.10:8080/", "https://[::1]:80/", "https://Example.ORG/", "https://Müller.example/", "https://xn--mller-kva.example/", "https://例え.jp/"] {
            assert!(!is_disguised(href, &url(href)), "{href}");
        }
    }

    #[test]
    fn hosts_that_look_like_others_are_seen() {
        // Latin with one Cyrillic or Greek letter; all Cyrillic letters that look Latin; IPA and Armenian look-alikes.
        for host in ["pаypal.com", "gοogle.com", "аррӏе.com", "ɡoogle.com", "gօօgle.com", "www.xn--80ak6aa92e.com"] {
            assert!(is_confusable(&url(&format!("https://{host}/"))), "{host}");
        }
        for host in [
            "example.org",
            "müller.de",
            "пример.рф",
            "сахар.рф",
            "почта.com",
            "例え.jp",
            "日本語eメール.jp",
            "한국abc.kr",
            "sıfır.com.tr",
            "ελλάδα.gr",
            "việt.vn",
            "ファッション.tokyo",
        ] {
            assert!(!is_confusable(&url(&format!("https://{host}/"))), "{host}");
        }
    }

    #[test]
    fn hosts_of_the_readers_own_network_are_seen() {
        for host in [
            "localhost",
            "app.localhost",
            "intranet",
            "printer.local",
            "vault.internal",
            "127.1.2.3",
            "10.0.0.1",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "[::1]",
            "[fe80::1]",
            "[fd00::1]",
            "[::ffff:10.0.0.1]",
        ] {
            assert!(is_internal(&url(&format!("http://{host}/"))), "{host}");
        }
        for host in ["example.org", "local.example", "8.8.8.8", "172.32.0.1", "[2001:db8::1]"] {
            assert!(!is_internal(&url(&format!("http://{host}/"))), "{host}");
        }
    }

    #[test]
    fn texts_that_name_a_host_are_told_from_others() {
        let host = |text: &str| named(text).and_then(|url| url.host_str().map(str::to_owned));
        for (text, expected) in [
            ("https://Bank.example/login", "bank.example"),
            ("<https://bank.example>", "bank.example"),
            ("http://bank.example:8080", "bank.example"),
            ("www.bank.com", "www.bank.com"),
            ("(bank.com/login?next=a:b@c),", "bank.com"),
            ("bank.co.uk.", "bank.co.uk"),
        ] {
            assert_eq!(host(text).as_deref(), Some(expected), "{text}");
        }
        for text in ["Sign in", "e.g.", "v1.2", "3.50", "a@bank.com", "mailto:a@bank.com", "main.rs:12", "co.uk", "Node.js", "", "...", "https://"] {
            assert_eq!(host(text), None, "{text}");
        }
    }
}
