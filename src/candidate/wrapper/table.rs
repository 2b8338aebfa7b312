//! Which URLs are wrappers, and where they hold their destination. The formats are those of links met in mail.

use url::Url;

use super::decode;
use super::{Inside, Known, Wrapper};
use crate::candidate::host::is_or_below;

/// A service's own hosts (each with all below it), the beginning of its paths, and how to read the destination.
struct Service {
    wrapper: Wrapper,
    hosts: &'static [&'static str],
    path: &'static str,
    read: Read,
}

/// Where a destination stands.
enum Read {
    Nowhere,
    /// Percent-encoded, in one of these parameters.
    In(&'static [&'static str]),
    /// In this parameter, in a code of its own.
    Coded(&'static str, fn(&str) -> Option<String>),
    /// In the path.
    Path(fn(&Url) -> Option<String>),
}

const fn service(wrapper: Wrapper, hosts: &'static [&'static str], path: &'static str, read: Read) -> Service {
    Service { wrapper, hosts, path, read }
}

const SERVICES: &[Service] = &[
    service(Wrapper::SafeLinks, &["safelinks.protection.outlook.com", "safelinks.protection.office365.us", "safelinks.protection.outlook.cn"], "/", Read::In(&["url"])),
    service(Wrapper::Proofpoint, PROOFPOINT, "/v1/url", Read::Coded("u", decode::proofpoint_v1)),
    service(Wrapper::Proofpoint, PROOFPOINT, "/v2/url", Read::Coded("u", decode::proofpoint_v2)),
    service(Wrapper::Proofpoint, PROOFPOINT, "/v3/", Read::Path(decode::proofpoint_v3)),
    service(Wrapper::Barracuda, &["linkprotect.cudasvc.com"], "/", Read::In(&["a"])),
    // `?domain=` names the destination's host for the eye; nothing ties it to where the link leads.
    service(Wrapper::Mimecast, &["mimecast.com", "mimecastprotect.com"], "/s/", Read::Nowhere),
    service(Wrapper::Cisco, &["secure-web.cisco.com"], "/", Read::Path(decode::cisco)),
    service(Wrapper::Symantec, &["clicktime.symantec.com"], "/", Read::In(&["u"])),
    service(Wrapper::TrendMicro, &["trendmicro.com"], "/wis/clicktime/", Read::In(&["url"])),
    service(Wrapper::TrendMicro, &["check.trendmicro.com"], "/", Read::In(&["url"])),
    service(Wrapper::FireEye, &["fireeye.com"], "/v1/url", Read::In(&["u"])),
    service(Wrapper::FireEye, &["fireeye.com"], "/url", Read::In(&["u"])),
    service(Wrapper::Sophos, &["protection.sophos.com"], "/", Read::Coded("u", decode::base64)),
    service(Wrapper::CheckPoint, &["url-protection.com"], "/v1/", Read::In(&["o"])),
    service(Wrapper::CheckPoint, &["url.avanan.click", "protect.checkpoint.com", "url-protection.com"], "/v2/", Read::Path(decode::check_point)),
    service(Wrapper::Hornetsecurity, &["atpscan.global.hornetsecurity.com"], "/", Read::In(&["u"])),
    service(Wrapper::Vade, &["vadesecure.com"], "/v4", Read::In(&["u"])),
    service(Wrapper::Vade, &["vadesecure.com"], "/safeproxy/", Read::In(&["u"])),
    service(Wrapper::TitanHq, &["linklock.titanhq.com"], "/analyse", Read::In(&["url"])),
    service(Wrapper::Trustwave, &["scanmail.trustwave.com"], "/", Read::In(&["u"])),
    service(Wrapper::EdgePilot, &["link.edgepilot.com"], "/", Read::In(&["u"])),
    service(Wrapper::Google, &["cdn.ampproject.org"], "/c/", Read::Path(decode::amp)),
    service(Wrapper::Facebook, &["l.facebook.com", "lm.facebook.com", "l.messenger.com", "l.instagram.com"], "/", Read::In(&["u"])),
    service(Wrapper::LinkedIn, &["www.linkedin.com"], "/redir/redirect", Read::In(&["url"])),
    service(Wrapper::LinkedIn, &["www.linkedin.com"], "/safety/go", Read::In(&["url"])),
    service(Wrapper::Slack, &["slack-redir.net"], "/link", Read::In(&["url"])),
    service(Wrapper::YouTube, &["www.youtube.com"], "/redirect", Read::In(&["q"])),
    service(Wrapper::Steam, &["steamcommunity.com"], "/linkfilter/", Read::In(&["url", "u"])),
    service(Wrapper::Ses, &["awstrack.me"], "/L0/", Read::Path(decode::second_segment)),
    service(Wrapper::Azure, &["safelink.emails.azure.net"], "/redirect/", Read::In(&["destination"])),
    service(Wrapper::Mandrill, &["mandrillapp.com", "click.mailchimp.com"], "/track/click/", Read::Coded("p", decode::mandrill)),
    service(Wrapper::Postmark, &["click.pstmrk.it", "track.pstmrk.it"], "/", Read::Path(decode::postmark)),
    service(Wrapper::Mailjet, &["mjt.lu"], "/lnk/", Read::Path(decode::last_segment_base64)),
    service(Wrapper::CustomerIo, &["customeriomail.com"], "/e/c/", Read::Path(decode::customer_io)),
    service(Wrapper::ActiveCampaign, ACTIVE_CAMPAIGN, "/Prod/link-tracker", Read::Coded("redirectUrl", decode::active_campaign)),
    service(Wrapper::ActiveCampaign, ACTIVE_CAMPAIGN, "/lt.php", Read::Nowhere),
    service(Wrapper::SendGrid, &["sendgrid.net"], "/", Read::Nowhere),
    service(Wrapper::HubSpot, &["hubspotlinks.com", "hubspotemail.net"], "/", Read::Nowhere),
    service(Wrapper::Mailchimp, &["list-manage.com"], "/", Read::Nowhere),
    service(Wrapper::Klaviyo, &["klclick.com", "klclick1.com", "klclick2.com", "klclick3.com"], "/", Read::Nowhere),
    service(Wrapper::Salesforce, &["exacttarget.com", "exct.net"], "/", Read::Nowhere),
    service(Wrapper::Brevo, &["sendibt2.com", "sendibt3.com", "sendibm1.com", "sendibm2.com", "sendibm3.com"], "/", Read::Nowhere),
    service(Wrapper::ConstantContact, &["rs6.net"], "/tn.jsp", Read::Nowhere),
    service(Wrapper::MailerLite, &["mlsend.com"], "/link/c/", Read::Nowhere),
];

const PROOFPOINT: &[&str] = &["urldefense.proofpoint.com", "urldefense.com", "urldefense.us"];
const ACTIVE_CAMPAIGN: &[&str] = &["acemlna.com", "acemlnb.com", "acemlnc.com", "acemlnd.com"];

/// The parts of a URL by which a tracker under any host is told.
struct Parts<'u> {
    host: &'u str,
    path: &'u str,
    query: &'u str,
}

/// A tracker, how it is told, and where its destination stands.
type Shape = (Wrapper, fn(&Parts<'_>) -> bool, Read);

/// Trackers under hosts that their customers give them.
const SHAPES: &[Shape] = &[
    (Wrapper::Google, is_google, Read::In(&["q", "url"])),
    (Wrapper::Google, |url| is_googles(url.host) && url.path.starts_with("/amp/s/"), Read::Path(decode::amp)),
    (Wrapper::Marketo, |url| url.host.starts_with("mkto-") && url.host.matches('.').count() == 1, Read::Nowhere),
    (Wrapper::CampaignMonitor, |url| is_numbered(url.host, &["cmail", "createsend"]) && url.path.starts_with("/t/"), Read::Nowhere),
    (Wrapper::SendGrid, |url| (url.path.ends_with("/ls/click") || url.path.starts_with("/wf/click")) && url.query.contains("upn="), Read::Nowhere),
    (Wrapper::SendGrid, |url| url.path.starts_with("/ss/c/"), Read::Nowhere),
    (Wrapper::Iterable, |url| url.path.starts_with("/u/click") && url.query.contains("_t="), Read::Nowhere),
    (Wrapper::HubSpot, |url| ["/Ctc/", "/e2t/", "/e3t/"].iter().any(|start| url.path.starts_with(start)), Read::Nowhere),
    (Wrapper::Brevo, |url| url.path.starts_with("/tr/cl/"), Read::Nowhere),
    (Wrapper::SparkPost, |url| url.path.starts_with("/f/a/") && url.path.contains("~~/"), Read::Nowhere),
    // Shorter paths below "/c/" are ordinary pages.
    (Wrapper::Mailgun, |url| url.host.starts_with("email.") && url.path.starts_with("/c/") && url.path.len() > 60, Read::Nowhere),
    (Wrapper::Salesforce, |url| url.host.starts_with("click.") && url.query.starts_with("qs=") && url.path == "/", Read::Nowhere),
    (Wrapper::Ses, |url| url.path.starts_with("/CL0/"), Read::Path(decode::second_segment)),
    (Wrapper::CustomerIo, |url| url.path.starts_with("/e/c/eyJ"), Read::Path(decode::customer_io)),
    (Wrapper::Opaque, |url| url.path.starts_with("/track/click"), Read::Nowhere),
];

/// The wrapper that a URL is.
pub(super) fn find(url: &Url) -> Option<Known> {
    let parts = Parts { host: url.host_str()?, path: url.path(), query: url.query().unwrap_or("") };
    let is_its = |service: &&Service| parts.path.starts_with(service.path) && service.hosts.iter().any(|host| is_or_below(parts.host, host));
    if let Some(service) = SERVICES.iter().find(is_its) {
        return Some(Known { wrapper: service.wrapper, owns_host: true, inside: inside(url, &service.read) });
    }
    let (wrapper, _, read) = SHAPES.iter().find(|(_, is_its, _)| is_its(&parts))?;
    Some(Known { wrapper: *wrapper, owns_host: *wrapper == Wrapper::Google, inside: inside(url, read) })
}

fn inside(url: &Url, read: &Read) -> Inside {
    let text = match read {
        Read::Nowhere => None,
        Read::In(names) => match parameter(url, names) {
            Ok(value) => value.and_then(decode::percent),
            Err(Contradiction) => return Inside::Contradiction,
        },
        Read::Coded(name, decode) => match parameter(url, &[*name]) {
            Ok(value) => value.and_then(decode),
            Err(Contradiction) => return Inside::Contradiction,
        },
        Read::Path(decode) => decode(url),
    };
    text.filter(|text| !text.is_empty()).map_or(Inside::Nothing, Inside::Text)
}

struct Contradiction;

/// The one value that the parameters of these names have, still encoded.
fn parameter<'u>(url: &'u Url, names: &[&str]) -> Result<Option<&'u str>, Contradiction> {
    let pairs = url.query().unwrap_or("").split('&').filter_map(|pair| pair.split_once('='));
    let mut values = pairs.filter(|(name, value)| names.contains(name) && !value.is_empty()).map(|(_, value)| value);
    let first = values.next();
    if values.any(|value| Some(value) != first) { Err(Contradiction) } else { Ok(first) }
}

fn is_google(url: &Parts<'_>) -> bool {
    is_googles(url.host) && url.path == "/url"
}

/// `www.google.com` and its sisters under the top levels of countries (`.de`, `.co.uk`, `.com.br`), all of which are
/// Google's; under other suffixes anybody may be "google".
fn is_googles(host: &str) -> bool {
    let Some(top) = host.strip_prefix("www.google.") else { return false };
    let country = top.strip_prefix("co.").or(top.strip_prefix("com.")).unwrap_or(top);
    top == "com" || country.len() == 2
}

/// Hosts numbered by their service: `acme.cmail20.com`.
fn is_numbered(host: &str, names: &[&str]) -> bool {
    let Some(label) = host.strip_suffix(".com").map(|rest| rest.rsplit('.').next().unwrap_or(rest)) else { return false };
    names.iter().any(|name| label.strip_prefix(name).is_some_and(|number| !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit())))
}
