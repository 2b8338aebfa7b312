//! Words that stay: they say what a thing is, not whose it is.

use std::collections::HashMap;

use mailpick::evidence::Evidence;
use mailpick::{Kind, Message, lexicon};

/// Domains of mail services and of the public web: they name nobody, and the engine knows some of them by name.
const WELL_KNOWN: &[&str] = &[
    "gmail.com",
    "googlemail.com",
    "google.com",
    "outlook.com",
    "hotmail.com",
    "live.com",
    "yahoo.com",
    "icloud.com",
    "me.com",
    "aol.com",
    "gmx.de",
    "gmx.net",
    "web.de",
    "mail.ru",
    "yandex.ru",
    "qq.com",
    "163.com",
    "126.com",
    "proton.me",
    "protonmail.com",
    "amazonses.com",
    "awstrack.me",
    "amazonaws.com",
    "sendgrid.net",
    "mailgun.org",
    "mailgun.net",
    "mandrillapp.com",
    "mandrill.com",
    "pstmrk.it",
    "mtasv.net",
    "mjt.lu",
    "mailjet.com",
    "list-manage.com",
    "mcsv.net",
    "hubspotlinks.com",
    "hubspotemail.net",
    "klclick1.com",
    "klclick.com",
    "customeriomail.com",
    "sendibt3.com",
    "sendinblue.com",
    "exacttarget.com",
    "sparkpostmail.com",
    "cudasvc.com",
    "mimecast.com",
    "proofpoint.com",
    "urldefense.com",
    "w3.org",
    "schema.org",
    "facebook.com",
    "twitter.com",
    "x.com",
    "instagram.com",
    "linkedin.com",
    "youtube.com",
    "apple.com",
    "microsoft.com",
    "office.com",
    "gstatic.com",
    "googleapis.com",
    "cloudfront.net",
    "gravatar.com",
    "github.com",
    "gitlab.com",
];

/// Labels of hosts and pieces of local parts that say what a machine or a mailbox does.
const ROLES: &[&str] = &[
    "www",
    "mail",
    "mails",
    "email",
    "emails",
    "mx",
    "smtp",
    "mta",
    "relay",
    "click",
    "clicks",
    "link",
    "links",
    "track",
    "tracking",
    "url",
    "go",
    "my",
    "app",
    "apps",
    "api",
    "web",
    "static",
    "cdn",
    "img",
    "images",
    "assets",
    "news",
    "info",
    "hello",
    "hallo",
    "contact",
    "kontakt",
    "support",
    "service",
    "help",
    "team",
    "office",
    "admin",
    "user",
    "users",
    "member",
    "members",
    "customer",
    "client",
    "kunde",
    "reply",
    "bounce",
    "bounces",
    "return",
    "mailer",
    "daemon",
    "postmaster",
    "webmaster",
    "hostmaster",
    "root",
    "system",
    "security",
    "account",
    "accounts",
    "auth",
    "login",
    "secure",
    "noreply",
    "notification",
    "notifications",
    "notify",
    "alert",
    "alerts",
    "billing",
    "sales",
    "shop",
    "store",
    "portal",
    "inbox",
    "unsubscribe",
    "abuse",
    "list",
    "lists",
    "server",
    "host",
    "localhost",
    "protection",
    "outbound",
    "inbound",
    "prod",
    "status",
    "blog",
    "forum",
    "docs",
    "de",
    "the",
    "online",
    "id",
    "sso",
    "no",
    "not",
    "do",
    "dont",
    "test",
    "example",
    "via",
    "com",
    "net",
    "org",
];

/// Parts of a word that make it a mailbox nobody reads, in the languages they are met in.
const UNATTENDED: &[&str] = &[
    "noreply",
    "donotreply",
    "notif",
    "security",
    "account",
    "verif",
    "auth",
    "mailer",
    "automat",
    "system",
    "alert",
    "support",
    "service",
    "login",
    "info",
    "hello",
    "team",
    "naoresponda",
    "noresponder",
    "nepasrepondre",
    "noresponda",
    "responda",
    "antwort",
    "reply",
];

/// Whom a mail addresses when it knows no name.
const ADDRESSEES: &[&str] = &[
    "customer",
    "client",
    "user",
    "member",
    "subscriber",
    "friend",
    "team",
    "all",
    "sir",
    "madam",
    "there",
    "everyone",
    "reader",
    "guest",
    "student",
    "parents",
    "colleague",
    "colleagues",
    "kunde",
    "kundin",
    "kunden",
    "damen",
    "herren",
    "nutzer",
    "nutzerin",
    "mitglied",
    "mitglieder",
    "cliente",
    "utente",
    "usuario",
    "usuário",
    "utilisateur",
    "utilisatrice",
    "monsieur",
    "madame",
    "membre",
    "abonné",
    "klient",
    "kliencie",
    "użytkowniku",
    "zákazníku",
    "пользователь",
    "клиент",
    "клиентка",
    "müşterimiz",
    "klant",
    "gebruiker",
    "kund",
    "eltern",
    "mr",
    "mrs",
    "ms",
    "miss",
    "dr",
    "prof",
    "herr",
    "frau",
    "señor",
    "señora",
    "senhor",
    "senhora",
    "signor",
    "signora",
    "pan",
    "pani",
    "mme",
    "mlle",
    "bayan",
    "bay",
    "客户",
    "客戶",
    "用户",
    "用戶",
    "会员",
    "會員",
    "お客",
    "お客様",
    "お客さま",
    "会員",
    "고객",
    "회원",
    "您好",
    "你好",
    "각위",
    "各位",
    "皆",
    "and",
    "or",
    "you",
    "your",
    "we",
    "please",
    "this",
    "ihr",
    "sie",
    "votre",
    "vous",
];

/// First names that are words as well: in lower case they are taken for the word.
const ALSO_WORDS: &[&str] = &[
    "will", "may", "mark", "grant", "hope", "art", "bill", "rose", "frank", "faith", "grace", "joy", "dawn", "summer", "april", "june", "august", "long", "young", "king", "page",
    "price", "rich", "sky", "chip", "drew", "pat", "sue", "rob", "jack", "ray", "van", "von", "der", "den", "del", "della", "dos", "das", "mai", "mars", "rene", "sol", "luz",
    "para", "per",
];

/// What is left alone, with a memory for what the engine was asked.
#[derive(Default)]
pub(super) struct Words {
    in_url: HashMap<String, bool>,
}

impl Words {
    /// Whether a word in a URL is evidence. The engine is asked, so that no list of ours can fall behind it.
    pub(super) fn is_url_word(&mut self, word: &str) -> bool {
        if word.len() < 2 || !word.bytes().all(|c| c.is_ascii_alphabetic()) {
            return false;
        }
        *self.in_url.entry(word.to_ascii_lowercase()).or_insert_with_key(|word| {
            let message = Message::new().html(format!("<a href=\"https://a.example/{word}\">.</a>"));
            let report = mailpick::Extractor::new().extract_message(&message);
            Kind::ALL.into_iter().flat_map(|kind| report.candidates(kind)).any(|c| c.evidence.iter().any(|seen| matches!(seen.evidence, Evidence::Url(_))))
        })
    }
}

/// Whether the engine knows the whole word, or half of it in a compound.
pub(super) fn is_lexicon_word(word: &str) -> bool {
    lexicon::find(word).iter().any(|hit| hit.span.len() * 2 > word.len())
}

/// Whether the engine knows the word as it is: "inbox" in a domain is evidence too.
pub(super) fn is_phrase(word: &str) -> bool {
    lexicon::find(word).iter().any(|hit| hit.span == (0..word.len()))
}

pub(super) fn is_role(word: &str) -> bool {
    ROLES.contains(&word) || UNATTENDED.iter().any(|part| word.contains(part))
}

pub(super) fn is_addressee(word: &str) -> bool {
    ADDRESSEES.contains(&word)
}

pub(super) fn is_also_word(word: &str) -> bool {
    ALSO_WORDS.contains(&word)
}

/// Whether the host is, or is below, a domain that names nobody.
pub(super) fn is_well_known(host: &str) -> bool {
    WELL_KNOWN.iter().any(|known| host.strip_suffix(known).is_some_and(|rest| rest.is_empty() || rest.ends_with('.')))
}

/// Whether nobody can own the host's domain (RFC 2606).
pub(super) fn is_reserved(host: &str) -> bool {
    matches!(host.rsplit('.').next(), Some("example" | "test" | "invalid" | "localhost"))
}

/// "Outlook", "Google": their domains stay, so their names may.
pub(super) fn names_a_service(word: &str) -> bool {
    WELL_KNOWN.iter().any(|known| known.split('.').next() == Some(word))
}

/// Letters that could be read aloud: neither a code nor a token.
pub(super) fn is_wordlike(word: &str) -> bool {
    let is_vowel = |c: &u8| matches!(c, b'a' | b'e' | b'i' | b'o' | b'u' | b'y');
    let lower = word.to_ascii_lowercase();
    let vowels = lower.bytes().filter(|c| is_vowel(c)).count();
    let longest = lower.as_bytes().split(is_vowel).map(<[u8]>::len).max().unwrap_or(0);
    word.len() <= 3 || vowels * 5 >= word.len() && longest <= 4 && word.len() <= 24
}
