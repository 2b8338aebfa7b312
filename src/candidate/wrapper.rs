//! Click wrappers: links of mail services and gateways that lead elsewhere.
//!
//! They are told by the shape of the URL. Where the destination is inside, it is read offline; no link is ever opened.
//!
//! A destination that is read here is believed by whoever asks where a link leads. So it is read where the service owns
//! the host, and the service leads where the URL says. Trackers under hosts of their customers are known by their shape
//! alone, which anyone can copy: what they say is believed while it stays within their own registrable domain, and taken
//! for opaque else.

mod decode;
mod table;

use url::Url;

use super::host::registrable;
use super::href::{http_url, names_scheme, with_blanks_escaped};

/// Gateways wrap each other's links; more than this is no gateway's work.
const MAX_NESTING: usize = 5;

macro_rules! wrappers {
    ($($(#[$doc:meta])* $variant:ident = $name:literal,)+) => {
        /// The service whose wrapper a link is.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Wrapper { $($(#[$doc])* $variant,)+ }

        impl Wrapper {
            /// Every one.
            pub const ALL: &'static [Wrapper] = &[$(Wrapper::$variant,)+];
        }

        impl std::fmt::Display for Wrapper {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(match self { $(Wrapper::$variant => $name,)+ })
            }
        }
    };
}

wrappers! {
    // Gateways of the reader's organisation.
    /// Microsoft Defender Safe Links.
    SafeLinks = "Microsoft Safe Links",
    /// Proofpoint URL Defense, versions 1 to 3.
    Proofpoint = "Proofpoint URL Defense",
    /// Barracuda Link Protection.
    Barracuda = "Barracuda Link Protection",
    /// Mimecast URL Protect (opaque).
    Mimecast = "Mimecast",
    /// Cisco Secure Email.
    Cisco = "Cisco Secure Email",
    /// Symantec (Broadcom) Click-time Protection.
    Symantec = "Symantec Click-time Protection",
    /// Trend Micro Time-of-Click Protection.
    TrendMicro = "Trend Micro Time-of-Click Protection",
    /// FireEye (Trellix) URL rewriting.
    FireEye = "FireEye",
    /// Sophos Time of Click.
    Sophos = "Sophos Time of Click",
    /// Check Point Harmony Email, once Avanan.
    CheckPoint = "Check Point Harmony Email",
    /// Hornetsecurity Secure Links.
    Hornetsecurity = "Hornetsecurity",
    /// Vade Secure.
    Vade = "Vade Secure",
    /// TitanHQ Link Lock.
    TitanHq = "TitanHQ Link Lock",
    /// Trustwave MailMarshal.
    Trustwave = "Trustwave",
    /// AppRiver EdgePilot.
    EdgePilot = "EdgePilot",

    // Pages that say "you are leaving".
    /// Google's redirect, and its copies of AMP pages.
    Google = "Google redirect",
    /// Facebook, Messenger and Instagram.
    Facebook = "Facebook redirect",
    /// LinkedIn.
    LinkedIn = "LinkedIn redirect",
    /// Slack.
    Slack = "Slack redirect",
    /// YouTube.
    YouTube = "YouTube redirect",
    /// Steam.
    Steam = "Steam link filter",

    // Click tracking of sending services.
    /// Amazon SES, and services that send with it.
    Ses = "Amazon SES",
    /// Microsoft Azure's own mails.
    Azure = "Microsoft Azure",
    /// Mandrill, now Mailchimp Transactional.
    Mandrill = "Mandrill",
    /// Postmark.
    Postmark = "Postmark",
    /// Mailjet.
    Mailjet = "Mailjet",
    /// Customer.io.
    CustomerIo = "Customer.io",
    /// ActiveCampaign.
    ActiveCampaign = "ActiveCampaign",
    /// SendGrid, and services that send with it (opaque).
    SendGrid = "SendGrid",
    /// Mailgun (opaque).
    Mailgun = "Mailgun",
    /// SparkPost, and services that send with it (opaque).
    SparkPost = "SparkPost",
    /// HubSpot (opaque).
    HubSpot = "HubSpot",
    /// Mailchimp (opaque).
    Mailchimp = "Mailchimp",
    /// Klaviyo (opaque).
    Klaviyo = "Klaviyo",
    /// Iterable (opaque).
    Iterable = "Iterable",
    /// Salesforce Marketing Cloud (opaque).
    Salesforce = "Salesforce Marketing Cloud",
    /// Adobe Marketo (opaque).
    Marketo = "Marketo",
    /// Brevo, once Sendinblue (opaque).
    Brevo = "Brevo",
    /// Constant Contact (opaque).
    ConstantContact = "Constant Contact",
    /// Campaign Monitor (opaque).
    CampaignMonitor = "Campaign Monitor",
    /// MailerLite (opaque).
    MailerLite = "MailerLite",
    /// A tracker of no known service, whose links say nothing of where they lead.
    Opaque = "click tracker",
}

/// What is known of where a link leads.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Unwrapped {
    /// The outermost wrapper.
    pub(super) wrapper: Option<Wrapper>,
    /// The innermost destination that can be read, as the wrapper spells it, and parsed.
    pub(super) target: Option<(String, Url)>,
    /// The innermost wrapper doesn't say where it leads.
    pub(super) opaque: bool,
}

/// Unwraps a link as far as it can be read. `None` where it leads to what may not be opened, or says two things: a wrapper
/// does not make a script a link. Linear in the URL's length, for each of at most five wrappers.
pub(super) fn unwrap(url: &Url) -> Option<Unwrapped> {
    let mut seen = Unwrapped { wrapper: None, target: None, opaque: false };
    for _ in 0..=MAX_NESTING {
        let current = seen.target.as_ref().map_or(url, |(_, inner)| inner);
        let Some(known) = table::find(current) else { return Some(seen) };
        seen.wrapper.get_or_insert(known.wrapper);
        let inner = match known.inside {
            Inside::Nothing => None,
            Inside::Contradiction => return None,
            Inside::Text(text) => believed(text, known.owns_host, current)?,
        };
        match inner {
            Some(inner) => seen.target = Some(inner),
            None => {
                seen.opaque = true;
                return Some(seen);
            }
        }
    }
    None
}

/// A wrapper that was recognised, and what it says of its destination.
struct Known {
    wrapper: Wrapper,
    /// The host is the service's own rather than its customer's.
    owns_host: bool,
    inside: Inside,
}

enum Inside {
    Nothing,
    /// One parameter twice, with two values: which one is followed is not known.
    Contradiction,
    Text(String),
}

/// The destination where it is one and may be believed, `Some(None)` where it is not, and `None` where it may not be opened.
fn believed(text: String, owns_host: bool, wrapper: &Url) -> Option<Option<(String, Url)>> {
    let escaped = with_blanks_escaped(&text);
    let Some(inner) = http_url(&escaped) else {
        return if names_scheme(&text) { None } else { Some(None) };
    };
    let is_believed = owns_host || registrable(&inner).is_some() && registrable(&inner) == registrable(wrapper);
    Some(is_believed.then_some((escaped, inner)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TARGET: &str = "https://ex.org/v?t=a-b_c";

    fn read(href: &str) -> Option<(Option<Wrapper>, Option<String>, bool)> {
        unwrap(&http_url(href)?).map(|seen| (seen.wrapper, seen.target.map(|(text, _)| text), seen.opaque))
    }

    #[test]
    fn destinations_inside_wrappers_are_read() {
        for (wrapper, href) in [
            (Wrapper::SafeLinks, "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fex.org%2Fv%3Ft%3Da-b_c&data=05&reserved=0"),
            (Wrapper::SafeLinks, "https://gcc02.safelinks.protection.outlook.com/ap/t-59584e83/?url=https%3A%2F%2Fex.org%2Fv%3Ft%3Da-b_c&data=05"),
            (Wrapper::SafeLinks, "https://usg02.safelinks.protection.office365.us/?url=https%3A%2F%2Fex.org%2Fv%3Ft%3Da-b_c&data=05"),
            (Wrapper::Proofpoint, "https://urldefense.proofpoint.com/v1/url?u=https://ex.org/v?t%3Da-b_c&k=oIvRg1%2BdGAg"),
            (Wrapper::Proofpoint, "https://urldefense.proofpoint.com/v2/url?u=https-3A__ex.org_v-3Ft-3Da-2Db-5Fc&d=x"),
            (Wrapper::Proofpoint, "https://urldefense.com/v3/__https://ex.org/v?t=a-b_c__;!!abc!def$"),
            (Wrapper::Proofpoint, "https://urldefense.us/v3/__https:/ex.org/v?t=a-b_c__;!!abc!def$"),
            (Wrapper::Barracuda, "https://linkprotect.cudasvc.com/url?a=https%3a%2f%2fex.org%2fv%3ft%3da-b_c&c=E,1,x&typo=1"),
            (Wrapper::Cisco, "https://secure-web.cisco.com/1fCCdfJv_BYjz_YqipXEJjGH/https%3A%2F%2Fex.org%2Fv%3Ft%3Da-b_c"),
            (Wrapper::Cisco, "https://secure-web.cisco.com/1fCCdfJv_BYjz_YqipXEJjGH/https%253A%252F%252Fex.org%252Fv%253Ft%253Da-b_c"),
            (Wrapper::Symantec, "https://clicktime.symantec.com/38YrYPLxxSqYhBQLb1eruhW7Vc?u=https%3A%2F%2Fex.org%2Fv%3Ft%3Da-b_c"),
            (Wrapper::TrendMicro, "https://imsva91-ctp.trendmicro.com/wis/clicktime/v1/query?url=https%3a%2f%2fex.org%2fv%3ft%3da%2db%5fc&umid=8C99&auth=f2b4"),
            (Wrapper::FireEye, "https://protect2.fireeye.com/v1/url?k=d287bb1b-b30cae21&q=1&e=4e8467a4&u=https%3A%2F%2Fex.org%2Fv%3Ft%3Da-b_c"),
            (Wrapper::Sophos, "https://eu-west-1.protection.sophos.com?d=ex.org&u=aHR0cHM6Ly9leC5vcmcvdj90PWEtYl9j&i=NjU1NTQ1&t=cDk2&h=f71f"),
            (Wrapper::CheckPoint, "https://checkpoint.url-protection.com/v1/r07/url?o=https%3A//ex.org/v%3Ft%3Da-b_c&g=NjQ2&h=M2Ix"),
            (Wrapper::CheckPoint, "https://url.avanan.click/v2/r01/___https://ex.org/v?t=a-b_c___.YXAzOnBlYWNlYWJsZXN0cmVldDph"),
            (Wrapper::CheckPoint, "https://protect.checkpoint.com/v2/___https:/ex.org/v?t=a-b_c___.YzJ1OnN0YXRlOmM6bzo5NzYz"),
            (Wrapper::Hornetsecurity, "https://atpscan.global.hornetsecurity.com/?d=HzV&f=rhm&i=&k=Eb5a&s=a1b0&u=https%3A%2F%2Fex.org%2Fv%3Ft%3Da-b_c"),
            (Wrapper::Vade, "https://m365.eu.vadesecure.com/safeproxy/v4?f=x&i=y&k=z&r=w&s=v&u=https%3A%2F%2Fex.org%2Fv%3Ft%3Da-b_c"),
            (Wrapper::TitanHq, "https://linklock.titanhq.com/analyse?url=https%3A%2F%2Fex.org%2Fv%3Ft%3Da-b_c&data=eJw"),
            (Wrapper::Trustwave, "https://scanmail.trustwave.com/?c=1&d=x&u=https%3a%2f%2fex.org%2fv%3ft%3da-b_c"),
            (Wrapper::EdgePilot, "https://link.edgepilot.com/s/7f3a1b2c/Qm9vXw?u=https://ex.org/v?t=a-b_c"),
            (Wrapper::Google, "https://www.google.com/url?q=https%3A%2F%2Fex.org%2Fv%3Ft%3Da-b_c&source=gmail"),
            (Wrapper::Google, "https://www.google.co.uk/url?sa=t&url=https%3A%2F%2Fex.org%2Fv%3Ft%3Da-b_c"),
            (Wrapper::Google, "https://www.google.de/amp/s/ex.org/v%3Ft=a-b_c"),
            (Wrapper::Google, "https://ex-org.cdn.ampproject.org/c/s/ex.org/v%3Ft=a-b_c"),
            (Wrapper::Facebook, "https://l.facebook.com/l.php?u=https%3A%2F%2Fex.org%2Fv%3Ft%3Da-b_c&h=AT0"),
            (Wrapper::LinkedIn, "https://www.linkedin.com/safety/go?url=https%3A%2F%2Fex.org%2Fv%3Ft%3Da-b_c&trk=x"),
            (Wrapper::Slack, "https://slack-redir.net/link?url=https%3A%2F%2Fex.org%2Fv%3Ft%3Da-b_c"),
            (Wrapper::YouTube, "https://www.youtube.com/redirect?event=x&q=https%3A%2F%2Fex.org%2Fv%3Ft%3Da-b_c"),
            (Wrapper::Steam, "https://steamcommunity.com/linkfilter/?u=https%3A%2F%2Fex.org%2Fv%3Ft%3Da-b_c"),
            (Wrapper::Ses, "https://abc.r.eu-west-1.awstrack.me/L0/https:%2F%2Fex.org%2Fv%3Ft=a-b_c/1/0102/x=1"),
            (Wrapper::Ses, "https://links.ex.org/CL0/https:%2F%2Fex.org%2Fv%3Ft=a-b_c/1/0102-000000/x=1"),
            (Wrapper::Azure, "https://eur.safelink.emails.azure.net/redirect/?destination=https%3A%2F%2Fex.org%2Fv%3Ft%3Da-b_c&p=bT0x"),
            (Wrapper::Postmark, "https://click.pstmrk.it/3s/ex.org%2Fv%3Ft%3Da-b_c/ab/cd"),
            (Wrapper::Postmark, "https://click.pstmrk.it/2sm/ex.org%2Fv%3Ft%3Da-b_c/n-LA4AI/EDcI/_U1lbo"),
            (Wrapper::Mandrill, "https://mandrillapp.com/track/click/30000000/ex.org?p=eyJwIjoie1widXJsXCI6XCJodHRwczpcXFwvXFxcL2V4Lm9yZ1xcXC92P3Q9YS1iX2NcIn0ifQ"),
            (Wrapper::Mailjet, "http://9ogu.mjt.lu/lnk/CAAAAmTDWgQAAAAA/2/qpmowiQheKKUSDKKZU5IHA/aHR0cHM6Ly9leC5vcmcvdj90PWEtYl9j"),
            (Wrapper::CustomerIo, "https://e.customeriomail.com/e/c/eyJlbWFpbF9pZCI6IlJQSVNBIiwiaHJlZiI6Imh0dHBzOi8vZXgub3JnL3Y_dD1hLWJfYyIsImxpbmtfaWQiOjJ9/b8c7b67f"),
            (Wrapper::ActiveCampaign, "https://acme.lt.acemlnb.com/Prod/link-tracker?redirectUrl=aHR0cHMlM0ElMkYlMkZleC5vcmclMkZ2JTNGdCUzRGEtYl9j&sig=5&iat=1"),
        ] {
            assert_eq!(read(href), Some((Some(wrapper), Some(TARGET.to_owned()), false)), "{href}");
        }
    }

    #[test]
    fn opaque_trackers_are_known_by_their_shape() {
        for (wrapper, href) in [
            (Wrapper::Mimecast, "https://protect-eu.mimecast.com/s/AbCdEfGhIjKlMnOp?domain=ex.org"),
            (Wrapper::Mimecast, "https://url.uk.m.mimecastprotect.com/s/YP9XCWQRPfDXo1NIKijuVb2y7"),
            (Wrapper::Cisco, "https://secure-web.cisco.com/1vbkhrbOYdyg8pdI2OZVAva3Rtys7VjtoozwIpPR"),
            (Wrapper::SendGrid, "https://u4987662.ct.sendgrid.net/ls/click?upn=u001.abc"),
            (Wrapper::SendGrid, "https://url1234.ex.org/ls/click?upn=u001.abc"),
            (Wrapper::SendGrid, "https://links.ex.org/uni/ls/click?upn=u001.abc"),
            (Wrapper::SendGrid, "https://links.ex.org/ss/c/u001.abc/4ab/xyz/h0/h001.def"),
            (Wrapper::Mailgun, "https://email.mg.ex.org/c/eJxUzLEOgjAQANCvgVHJ9Vpahg4s_Ag5eldtUigpBf_exMn9vXhPNoPiN8BrQ"),
            (Wrapper::SparkPost, "https://l.ex.org/f/a/dBA2aK25KAt4dnvzCZ7CtQ~~/AABcDgA~/RgRoCA6JP0QX"),
            (Wrapper::HubSpot, "https://d1b2c3.hubspotlinks.com/Ctc/DN+113/d1b2c3/VWs"),
            (Wrapper::HubSpot, "https://info.ex.org/e3t/Ctc/DN+113/d1b2c3/VWs"),
            (Wrapper::Mailchimp, "https://ex.us5.list-manage.com/track/click?u=1&id=2&e=3"),
            (Wrapper::Klaviyo, "https://ctrk.klclick1.com/l/01M4DF6GZKCBRC7A5DH1DDCBK7_3"),
            (Wrapper::Iterable, "https://links.ex.org/u/click?_t=fa015b3b&_m=4e56985e&_e=Y9jDu0"),
            (Wrapper::Salesforce, "https://cl.s12.exct.net/?qs=39ade19d2f13ba6a"),
            (Wrapper::Salesforce, "https://click.e.ex.org/?qs=39ade19d2f13ba6a"),
            (Wrapper::Marketo, "https://mkto-ab220095.com/MDEyLUFCQy0zNDUAAAGO"),
            (Wrapper::Brevo, "https://ehabhdi.r.bh.d.sendibt3.com/tr/cl/WLnEavwrJY5Nj6"),
            (Wrapper::Brevo, "https://r.mail.ex.org/tr/cl/WLnEavwrJY5Nj6"),
            (Wrapper::ActiveCampaign, "https://acme.acemlna.com/lt.php?x=3DZy~GDLJFmb6"),
            (Wrapper::ConstantContact, "https://r20.rs6.net/tn.jsp?f=001abc"),
            (Wrapper::CampaignMonitor, "https://acme.cmail20.com/t/j-l-ayhjhid-iydljjkuhy-d/"),
            (Wrapper::MailerLite, "https://click.mlsend.com/link/c/YT0xNTI5MjIwMjA4NTA4NTQwNDQ3"),
            (Wrapper::Ses, "https://links.tracker.example/CL0/https:%2F%2Fex.org%2Fv/1/0102-000000/x=1"),
            (Wrapper::Opaque, "https://go.ex.org/track/click/1234"),
        ] {
            assert_eq!(read(href), Some((Some(wrapper), None, true)), "{href}");
        }
    }

    #[test]
    fn other_links_are_no_wrappers() {
        for href in [
            "https://ex.org/confirm?token=1",
            "https://www.google.com/search?q=https://ex.org/",
            "https://accounts.google.com/url?q=https://ex.org/",
            "https://www.linkedin.com/in/someone?url=https://ex.org/",
            "https://ex.org/url?u=https://other.example/",
            "https://email.ex.org/c/12345",
            "https://click.ex.org/verify?qs=1",
        ] {
            assert_eq!(read(href), Some((None, None, false)), "{href}");
        }
    }

    #[test]
    fn wrappers_around_wrappers_are_read_to_the_inside() {
        let href = "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fwww.google.com%2Furl%3Fq%3Dhttps%253A%252F%252Fex.org%252F&data=1";
        assert_eq!(read(href), Some((Some(Wrapper::SafeLinks), Some("https://ex.org/".to_owned()), false)));
        let href = "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Furl9.ex.org%2Fls%2Fclick%3Fupn%3Du001.a&data=1";
        assert_eq!(read(href), Some((Some(Wrapper::SafeLinks), Some("https://url9.ex.org/ls/click?upn=u001.a".to_owned()), true)));
    }

    #[test]
    fn five_wrappers_are_read_and_a_sixth_is_no_link() {
        let mut href = TARGET.to_owned();
        for depth in 1..=6 {
            href = format!("https://www.google.com/url?q={}", percent_encoding::utf8_percent_encode(&href, percent_encoding::NON_ALPHANUMERIC));
            let expected = (depth <= 5).then(|| (Some(Wrapper::Google), Some(TARGET.to_owned()), false));
            assert_eq!(read(&href), expected, "{depth}");
        }
    }

    #[test]
    fn a_wrapper_does_not_make_a_link_of_what_is_none() {
        for inner in [
            "javascript:alert(1)",
            " javascript:alert(1)",
            "java\tscript:alert(1)",
            "data:text/html,x",
            "file:///etc/passwd",
            "mailto:a@b.example",
            "https://bank.example@evil.example/",
            "https://@evil.example/",
            "https:\\\\evil.example",
            "https:evil.example",
            "https:///evil.example/",
            "https://ex.org/a\nb",
            " https://ex.org/",
            "https://ex .org/",
            "https://ex.org/a\u{202e}b",
            "https://ex.org%40evil.example/",
            "https://ex.org/?u=javascript:alert(1)",
        ] {
            let coded = percent_encoding::utf8_percent_encode(inner, percent_encoding::NON_ALPHANUMERIC).to_string();
            for href in [
                format!("https://eur01.safelinks.protection.outlook.com/?url={coded}"),
                format!("https://www.google.com/url?q=https%3A%2F%2Fwww.google.com%2Furl%3Fq%3D{}", coded.replace('%', "%25")),
                format!("https://urldefense.proofpoint.com/v2/url?u={}", coded.replace('%', "-")),
                format!("https://secure-web.cisco.com/1a/{coded}"),
                format!("https://abc.r.eu-west-1.awstrack.me/L0/{coded}/1/2/3"),
                format!("https://links.tracker.example/CL0/{coded}/1/2/3"),
            ] {
                assert_eq!(read(&href), None, "{href}");
            }
        }
    }

    #[test]
    fn a_wrapper_that_names_two_destinations_is_no_link() {
        assert_eq!(read("https://www.google.com/url?q=https://ex.org/&q=https://evil.example/"), None);
        assert_eq!(read("https://www.google.com/url?q=https://ex.org/&url=https://evil.example/"), None);
        assert!(read("https://www.google.com/url?q=https://ex.org/&url=https://ex.org/").is_some());
    }

    #[test]
    fn only_a_services_own_host_is_believed() {
        for href in [
            "https://urldefense.evil.example/v3/__https://ex.org/__;!!a$",
            "https://www.google.evil.example/url?q=https://ex.org/",
            "https://evil-safelinks.protection.outlook.com.evil.example/?url=https://ex.org/",
            "https://evilmandrillapp.com/track/click/1/ex.org?p=eyJ1cmwiOiJodHRwczovL2V4Lm9yZy8ifQ",
            "https://evil.example/CL0/https:%2F%2Fex.org%2F/1/2-000000/3",
            "https://evil.example/Prod/link-tracker?redirectUrl=aHR0cHM6Ly9leC5vcmcv",
        ] {
            assert_eq!(read(href).and_then(|(_, target, _)| target), None, "{href}");
        }
    }

    #[test]
    fn what_names_no_destination_is_opaque() {
        for href in [
            "https://eur01.safelinks.protection.outlook.com/?data=05",
            "https://eur01.safelinks.protection.outlook.com/?url=&data=05",
            "https://eur01.safelinks.protection.outlook.com/?url=%ff%fe&data=05",
            "https://eu-west-1.protection.sophos.com/?d=ex.org&u=***",
            "https://urldefense.com/v3/__https://ex.org/*__;!!abc!def$",
        ] {
            assert_eq!(read(href).map(|(wrapper, target, opaque)| (wrapper.is_some(), target, opaque)), Some((true, None, true)), "{href}");
        }
    }
}
