//! Click wrappers: links of mail services and gateways that lead elsewhere.
//!
//! They are told by the shape of the URL. Where the destination is inside, it is read offline; no link is ever opened.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use url::Url;

use super::link::http_url;

/// Gateways wrap each other's links; more than this is no gateway's work.
const MAX_NESTING: usize = 5;

/// The service whose wrapper a link is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Wrapper {
    /// Microsoft Defender Safe Links.
    SafeLinks,
    /// Proofpoint URL Defense, versions 2 and 3.
    Proofpoint,
    /// Barracuda Link Protection.
    Barracuda,
    /// Mimecast (opaque).
    Mimecast,
    /// Google's redirect.
    Google,
    /// Amazon SES click tracking.
    Ses,
    /// Mandrill.
    Mandrill,
    /// Postmark.
    Postmark,
    /// Mailjet.
    Mailjet,
    /// A tracker whose links say nothing of where they lead.
    Opaque,
}

impl std::fmt::Display for Wrapper {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Wrapper::SafeLinks => "Microsoft Safe Links",
            Wrapper::Proofpoint => "Proofpoint URL Defense",
            Wrapper::Barracuda => "Barracuda Link Protection",
            Wrapper::Mimecast => "Mimecast",
            Wrapper::Google => "Google redirect",
            Wrapper::Ses => "Amazon SES",
            Wrapper::Mandrill => "Mandrill",
            Wrapper::Postmark => "Postmark",
            Wrapper::Mailjet => "Mailjet",
            Wrapper::Opaque => "click tracker",
        })
    }
}

/// The outermost wrapper and the innermost destination that can be read.
pub(super) fn unwrap(url: &Url) -> (Option<Wrapper>, Option<String>) {
    let (mut outer, mut target) = (None, None);
    let mut current = url.clone();
    for _ in 0..MAX_NESTING {
        let Some((wrapper, inner)) = unwrap_once(&current) else { break };
        outer.get_or_insert(wrapper);
        let Some(inner_url) = inner.as_deref().and_then(http_url) else { break };
        target = inner;
        current = inner_url;
    }
    (outer, target)
}

fn unwrap_once(url: &Url) -> Option<(Wrapper, Option<String>)> {
    let host = url.host_str()?;
    let path = url.path();
    let query = |name: &str| url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned());
    let is_or_below = |domain: &str| host == domain || host.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.'));
    let found = match () {
        () if is_or_below("safelinks.protection.outlook.com") => (Wrapper::SafeLinks, query("url")),
        () if host.starts_with("urldefense.") && path.starts_with("/v2/") => (Wrapper::Proofpoint, query("u").map(|u| proofpoint_v2(&u))),
        () if host.starts_with("urldefense.") && path.starts_with("/v3/") => (Wrapper::Proofpoint, proofpoint_v3(url.as_str())),
        () if is_or_below("cudasvc.com") => (Wrapper::Barracuda, query("a")),
        () if is_or_below("mimecast.com") && path.starts_with("/s/") => (Wrapper::Mimecast, None),
        () if host.starts_with("www.google.") && path == "/url" => (Wrapper::Google, query("q").or_else(|| query("url"))),
        () if is_or_below("awstrack.me") => (Wrapper::Ses, path.strip_prefix("/L0/").and_then(|rest| rest.split('/').next()).map(percent_decoded)),
        () if host == "mandrillapp.com" && path.starts_with("/track/click/") => (Wrapper::Mandrill, query("p").and_then(|p| mandrill(&p))),
        () if host == "click.pstmrk.it" => (Wrapper::Postmark, path.split('/').nth(2).map(|rest| format!("https://{}", percent_decoded(rest)))),
        () if is_or_below("mjt.lu") => (Wrapper::Mailjet, path.rsplit('/').next().and_then(base64_url).filter(|inner| inner.starts_with("http"))),
        () if is_opaque(host, path, url.query()) => (Wrapper::Opaque, None),
        () => return None,
    };
    Some(found)
}

/// Trackers told by the shape of their paths, under whatever host their customers give them, or by their own hosts.
fn is_opaque(host: &str, path: &str, query: Option<&str>) -> bool {
    const HOSTS: [&str; 9] =
        ["list-manage.com", "sendgrid.net", "hubspotlinks.com", "hubspotemail.net", "klclick1.com", "klclick.com", "customeriomail.com", "sendibt3.com", "exacttarget.com"];
    let below = HOSTS.iter().any(|domain| host.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.')));
    let query = query.unwrap_or("");
    below
        || (path == "/ls/click" || path.starts_with("/wf/click")) && query.contains("upn=")
        || path.starts_with("/ss/c/")
        || path.starts_with("/u/click") && query.contains("_t=")
        || path.starts_with("/Ctc/")
        || path.starts_with("/e3t/")
        || path.starts_with("/tr/cl/")
        || host.starts_with("email.") && path.starts_with("/c/") && path.len() > 60
        || host.starts_with("click.") && query.starts_with("qs=")
        || path.starts_with("/track/click")
}

fn percent_decoded(text: &str) -> String {
    percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// Version 2: "_" for "/", "-XX" for a percent-encoded byte.
fn proofpoint_v2(encoded: &str) -> String {
    percent_decoded(&encoded.replace('_', "/").replace('-', "%"))
}

/// Version 3: the URL between "__" and "__;", "*" for each character listed behind it.
fn proofpoint_v3(url: &str) -> Option<String> {
    let start = url.find("/v3/__")? + 6;
    let end = start + url[start..].find("__;")?;
    let inner = &url[start..end];
    // Servers fold the double slash of the scheme.
    Some(match inner.split_once(":/") {
        Some((scheme, rest)) if !rest.starts_with('/') => format!("{scheme}://{rest}"),
        _ => inner.to_owned(),
    })
}

/// A JSON object that holds a JSON object that holds the URL.
fn mandrill(payload: &str) -> Option<String> {
    let json = base64_url(payload)?.replace("\\\\", "\\").replace("\\\"", "\"").replace("\\/", "/").replace("\\/", "/");
    let start = json.find("\"url\":")? + 6;
    let rest = json[start..].trim_start().strip_prefix('"')?;
    Some(rest[..rest.find('"')?].replace("\\/", "/"))
}

/// Base64 in the URL alphabet (RFC 4648 section 5), padded or not, of UTF-8 text.
fn base64_url(text: &str) -> Option<String> {
    let bytes = URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')).ok()?;
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(url: &str) -> (Option<Wrapper>, Option<String>) {
        unwrap(&Url::parse(url).expect("a URL"))
    }

    #[test]
    fn destinations_inside_wrappers_are_read() {
        let inner = Some("https://ex.org/v?t=a-b_c".to_owned());
        for (wrapper, url) in [
            (Wrapper::SafeLinks, "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fex.org%2Fv%3Ft%3Da-b_c&data=05&reserved=0"),
            (Wrapper::Proofpoint, "https://urldefense.proofpoint.com/v2/url?u=https-3A__ex.org_v-3Ft-3Da-2Db-5Fc&d=x"),
            (Wrapper::Proofpoint, "https://urldefense.com/v3/__https://ex.org/v?t=a-b_c__;!!abc!def$"),
            (Wrapper::Barracuda, "https://linkprotect.cudasvc.com/url?a=https%3A%2F%2Fex.org%2Fv%3Ft%3Da-b_c&c=E"),
            (Wrapper::Google, "https://www.google.com/url?q=https%3A%2F%2Fex.org%2Fv%3Ft%3Da-b_c&source=gmail"),
            (Wrapper::Ses, "https://abc.r.eu-west-1.awstrack.me/L0/https:%2F%2Fex.org%2Fv%3Ft=a-b_c/1/0102/x=1"),
            (Wrapper::Postmark, "https://click.pstmrk.it/3s/ex.org%2Fv%3Ft%3Da-b_c/ab/cd"),
            (Wrapper::Mandrill, "https://mandrillapp.com/track/click/30000000/ex.org?p=eyJwIjoie1widXJsXCI6XCJodHRwczpcXFwvXFxcL2V4Lm9yZ1xcXC92P3Q9YS1iX2NcIn0ifQ"),
        ] {
            assert_eq!(target(url), (Some(wrapper), inner.clone()), "{url}");
        }
    }

    #[test]
    fn wrappers_around_wrappers_are_read_to_the_inside() {
        let url = "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fwww.google.com%2Furl%3Fq%3Dhttps%253A%252F%252Fex.org%252F&data=1";
        assert_eq!(target(url), (Some(Wrapper::SafeLinks), Some("https://ex.org/".to_owned())));
    }

    #[test]
    fn opaque_trackers_are_known_by_their_shape() {
        assert_eq!(target("https://url1234.ex.org/ls/click?upn=u001.abc").0, Some(Wrapper::Opaque));
        assert_eq!(target("https://ex.org/confirm?token=1").0, None);
    }
}
