//! Evidence about links.

#![expect(clippy::indexing_slicing, reason = "indices come from positions in the same list, or from the enum that the array is as long as")]
#![expect(clippy::string_slice, reason = "spans of blocks, lines, links and phrases lie in the text of their view, between characters")]

use std::collections::HashMap;

use once_cell::sync::Lazy;
use url::Url;

use super::{Evidence, Observations, Reading, Sign, flag, sender};
use crate::body::view::{Link, Role, Source, View};
use crate::candidate::host::registrable_name;
use crate::candidate::link::LinkCandidate;

macro_rules! url_words {
    ($($(#[$doc:meta])* $variant:ident = $name:literal [$($word:literal)+],)+) => {
        /// What a word in a URL means: programmers name paths in English, at times in their own language.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum UrlWord { $($(#[$doc])* $variant,)+ }

        impl UrlWord {
            /// Every one.
            pub const ALL: &'static [UrlWord] = &[$(UrlWord::$variant,)+];

            /// Its name in the weights.
            pub fn name(self) -> &'static str {
                match self { $(UrlWord::$variant => $name,)+ }
            }

            /// Words of four letters or fewer are whole segments; longer ones may be part of one.
            pub(super) fn words(self) -> &'static [&'static str] {
                match self { $(UrlWord::$variant => &[$($word),+],)+ }
            }
        }
    };
}

url_words! {
    /// Verify, confirm, activate.
    Verify = "verify" ["verif" "confirm" "activat" "validat" "optin" "doi" "aktivier" "bestaetig" "aktywuj" "potwierdz" "valider" "activer" "attiva" "ativar" "bevestig" "onayla" "dogrula" "podtverd" "bekraft" "bekreft" "vahvista"],
    /// Sign in.
    SignIn = "sign-in" ["login" "signin" "magic" "passwordless" "sso" "session" "auth" "logon" "einloggen" "anmeld" "connexion" "acceso" "entrar" "logga" "zaloguj"],
    /// Reset, recover.
    Reset = "reset" ["reset" "recover" "forgot" "lost" "rp" "newpass" "setpass" "restablecer" "redefinir" "recuper" "reinit" "zuruecksetz" "zurucksetz" "ripristin"],
    /// Password.
    Password = "password" ["passw" "passwd" "pwd" "contrasena" "senha" "motdepasse" "mdp" "haslo" "heslo" "parol" "kennwort" "sifre"],
    /// Account, user.
    Account = "account" ["account" "user" "profile" "member" "konto" "cuenta" "compte" "conta"],
    /// Sign up.
    SignUp = "sign-up" ["signup" "register" "registr" "onboard" "welcome" "join"],
    /// Token, code, key.
    Token = "token" ["token" "code" "key" "hash" "otp" "nonce" "oobcode" "ticket"],
    /// Unsubscribe, preferences.
    Unsubscribe = "unsubscribe" ["unsub" "optout" "preferences" "prefs" "subscription" "abmeld" "desabon" "desinscri" "baja"],
    /// View in a browser.
    View = "view" ["webview" "view" "browser" "online" "mirror" "viewemail" "webversion"],
    /// Invitation.
    Invite = "invite" ["invit"],
    /// Cancel, deny.
    Cancel = "cancel" ["cancel" "deny" "reject" "revoke" "report" "notme" "decline" "abuse" "wasnt" "block"],
    /// Approve, accept.
    Approve = "approve" ["approve" "accept" "allow"],
    /// Help, contact.
    Help = "help" ["help" "support" "faq" "contact" "kontakt" "hilfe" "aide" "ayuda"],
    /// Legal pages.
    Legal = "legal" ["privacy" "terms" "legal" "policy" "imprint" "impressum" "agb" "datenschutz" "mentions"],
    /// Apps, downloads.
    App = "app" ["download" "app" "apps" "ios" "android" "store"],
    /// Orders, bookings, shops.
    Order = "order" ["order" "booking" "invoice" "cart" "shop" "product" "track" "checkout" "bestell" "pedido" "commande" "appointment" "rsvp" "survey" "review" "feedback" "delivery"],
    /// Articles.
    Article = "article" ["blog" "news" "article" "post" "story" "learn" "docs" "guide"],
}

/// Names of query parameters that carry a secret.
const TOKEN_PARAMETERS: [&str; 24] = [
    "token",
    "code",
    "key",
    "hash",
    "t",
    "k",
    "c",
    "otp",
    "oobcode",
    "ticket",
    "sig",
    "signature",
    "secret",
    "jwt",
    "id",
    "uid",
    "guid",
    "h",
    "s",
    "q",
    "activation_key",
    "token_hash",
    "confirmation_token",
    "reset_password_token",
];

pub(super) fn observe(reading: &Reading<'_>, candidate: &LinkCandidate) -> Observations {
    let mut out = Observations::new();
    url(candidate, &mut out);
    flag::observe(&reading.senders, reading.views, candidate, &mut out);
    sender::observe_host(&reading.senders, candidate, &mut out);
    for occurrence in &candidate.occurrences {
        let view = &reading.views[occurrence.view];
        let link = &view.links[occurrence.link];
        anchor(view, link, &mut out);
        let text = view.text[link.span.clone()].trim();
        // Phrases are in order of their starts: only those that begin in the anchor are looked at, whatever the mail's size.
        let hits = reading.phrases[occurrence.view].hits();
        let from = hits.partition_point(|hit| hit.span.start < link.span.start);
        let known = hits[from..].iter().take_while(|hit| hit.span.start < link.span.end).any(|hit| hit.span.end <= link.span.end);
        out.sign_if(!known && !link.bare && !is_url(text) && text.chars().any(char::is_alphabetic), Sign::AnchorUnknown);
        position(view, link, reading.layouts[occurrence.view].base_size, &mut out);
        reading.phrases[occurrence.view].observe(occurrence.view, &link.span, &mut out);
    }
    let starts = candidate.occurrences.iter().map(|o| (o.view, &reading.views[o.view].links[o.link]));
    reading.observe_age(starts.filter(|(_, link)| !link.action).map(|(view, link)| (view, link.span.start)), &mut out);
    let sources = |source| candidate.occurrences.iter().any(|o| reading.views[o.view].source == source);
    reading.observe_parts(sources(Source::Text), sources(Source::Html), &mut out);
    let per_view = |view: usize| candidate.occurrences.iter().filter(|o| o.view == view).count();
    out.sign_if(candidate.occurrences.iter().any(|o| per_view(o.view) > 1), Sign::Repeated);
    let shown = |test: fn(&Link, &View) -> bool| {
        candidate.occurrences.iter().any(|o| reading.views[o.view].source == Source::Html && test(&reading.views[o.view].links[o.link], &reading.views[o.view]))
    };
    out.sign_if(
        shown(|link, view| link.bare || is_url(&view.text[link.span.clone()])) && shown(|link, view| !link.bare && !is_url(&view.text[link.span.clone()])),
        Sign::HasBareCopy,
    );
    out
}

/// Shorter pieces that look random are numbers of articles and the like.
const SHORTEST_TOKEN: usize = 8;

fn is_url(text: &str) -> bool {
    let text = text.trim();
    !text.is_empty() && (text.contains("://") || text.starts_with("www.")) && !text.contains(' ')
}

fn url(candidate: &LinkCandidate, out: &mut Observations) {
    let url = &candidate.url;
    out.sign_if(candidate.opaque, Sign::OpaqueWrapper);
    out.sign_if(candidate.target.is_some(), Sign::ReadableWrapper);
    let path = url.path().trim_matches('/');
    out.sign_if(path.is_empty() && url.query().is_none() && url.fragment().is_none(), Sign::NoPath);
    out.sign_if(!path.is_empty() && !path.contains('/') && url.query().is_none(), Sign::ShortPath);
    out.sign_if(url.query().is_some(), Sign::HasQuery);
    let ending = path.rsplit('.').next().unwrap_or("").to_ascii_lowercase();
    out.sign_if(matches!(ending.as_str(), "png" | "jpg" | "jpeg" | "gif" | "svg" | "css" | "js" | "pdf" | "ico"), Sign::StaticFile);
    if candidate.opaque {
        return;
    }
    let token = longest_token(url);
    for (length, sign) in [(8, Sign::Token8), (16, Sign::Token16), (30, Sign::Token30)] {
        out.sign_if(token >= length, sign);
    }
    out.sign_if(url.fragment().is_some_and(|fragment| tokens(fragment).any(|t| t >= 8)), Sign::TokenInFragment);
    let parameter = url.query_pairs().any(|(name, value)| value.len() >= 4 && TOKEN_PARAMETERS.iter().any(|known| known.eq_ignore_ascii_case(&name)));
    out.sign_if(parameter, Sign::TokenParameter);
    let mut lower = String::with_capacity(url.as_str().len() + 2);
    for piece in [url.host_str().unwrap_or(""), url.path(), "?", url.query().unwrap_or(""), "#", url.fragment().unwrap_or("")] {
        lower.push_str(piece);
    }
    lower.make_ascii_lowercase();
    let seen = words_of(&lower);
    UrlWord::ALL.iter().filter(|word| seen & 1 << **word as u32 != 0).for_each(|word| out.add(Evidence::Url(*word), None));
}

/// Bytes of the longest segment that may be made of words.
const MAX_SEGMENT: usize = 47;

/// The words that a URL in lower case has, a bit for each.
fn words_of(lower: &str) -> u32 {
    let mut seen = 0;
    for piece in lower.split(|c: char| !c.is_ascii_alphabetic()) {
        let known = WORDS.short.iter().filter(|(word, _)| *word == piece);
        seen = known.fold(seen, |seen, (_, bit)| seen | bit);
    }
    let mut segment = [0u8; MAX_SEGMENT];
    for text in lower.split(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '_')) {
        let mut length = 0;
        for byte in text.bytes().filter(|c| !matches!(c, b'-' | b'_')) {
            if let Some(place) = segment.get_mut(length) {
                *place = byte;
            }
            length += 1;
        }
        if let Some(segment) = segment.get(..length) {
            seen |= WORDS.inside(segment);
        }
    }
    seen
}

/// The words by how they are looked for, each with the bit of what it means.
struct Words {
    /// Whole segments.
    short: Vec<(&'static str, u32)>,
    /// Parts of segments, by their first letter.
    long: [Vec<(&'static [u8], u32)>; 26],
    /// Which letters follow the first one in `long`, a bit for each.
    second: [u32; 26],
}

static WORDS: Lazy<Words> = Lazy::new(|| {
    let mut words = Words { short: Vec::new(), long: std::array::from_fn(|_| Vec::new()), second: [0; 26] };
    for (word, bit) in UrlWord::ALL.iter().flat_map(|meaning| meaning.words().iter().map(|word| (*word, 1 << *meaning as u32))) {
        match word.as_bytes() {
            [first, second, ..] if word.len() > SHORT_WORD => {
                let first = usize::from(first - b'a');
                words.long[first].push((word.as_bytes(), bit));
                words.second[first] |= 1 << (second - b'a');
            }
            _ => words.short.push((word, bit)),
        }
    }
    words
});

/// Words so short, in bytes, are whole segments.
const SHORT_WORD: usize = 4;

impl Words {
    /// The bits of the long words that a segment holds. Most pairs of letters begin none.
    fn inside(&self, segment: &[u8]) -> u32 {
        let index = |c: u8| usize::from(c.wrapping_sub(b'a'));
        let mut seen = 0;
        for (at, pair) in segment.windows(2).enumerate() {
            let (first, second) = (index(pair[0]), index(pair[1]));
            if first < 26 && second < 26 && self.second[first] & 1 << second != 0 {
                let here = self.long[first].iter().filter(|(word, _)| segment[at..].starts_with(word));
                seen = here.fold(seen, |seen, (_, bit)| seen | bit);
            }
        }
        seen
    }
}

/// The length of the longest random-looking piece of a URL's path, query or fragment, or of its host's first label.
fn longest_token(url: &Url) -> usize {
    let label = url.host_str().and_then(|host| host.split('.').next()).unwrap_or("");
    [url.path(), url.query().unwrap_or(""), url.fragment().unwrap_or(""), label].into_iter().flat_map(tokens).max().unwrap_or(0)
}

/// Whether a piece of a text may be a token.
pub(super) fn has_token(text: &str) -> bool {
    tokens(text).any(|length| length >= SHORTEST_TOKEN)
}

/// Lengths of the pieces that no person would have named so: with digits in them, or long and without vowels to speak of.
fn tokens(text: &str) -> impl Iterator<Item = usize> + '_ {
    text.split(['/', '?', '&', '=', '#', ';', ':', ',', '@']).filter(|piece| is_random(piece)).map(str::len)
}

fn is_random(piece: &str) -> bool {
    if piece.len() < 6 {
        return false;
    }
    let (mut digits, mut letters, mut upper, mut changes) = (0, 0, 0, 0);
    let mut before = piece.as_bytes().first().is_some_and(u8::is_ascii_digit);
    for c in piece.bytes() {
        let is_digit = c.is_ascii_digit();
        digits += u32::from(is_digit);
        letters += u32::from(c.is_ascii_alphabetic());
        upper += u32::from(c.is_ascii_uppercase());
        changes += u32::from(is_digit != std::mem::replace(&mut before, is_digit));
    }
    match () {
        () if letters == 0 => digits >= 6,
        () => digits >= 2 && changes >= 2 || digits >= 4 || upper >= 3 && letters - upper >= 3 && piece.len() >= 10,
    }
}

fn anchor(view: &View, link: &Link, out: &mut Observations) {
    let text = view.text[link.span.clone()].trim();
    out.sign_if(link.action, Sign::StructuredAction);
    out.sign_if(link.bare, Sign::BareUrl);
    out.sign_if(link.button, Sign::Button);
    out.sign_if(link.image, Sign::ImageLink);
    out.sign_if(link.image && text.is_empty(), Sign::ImageOnly);
    if link.action || link.bare {
        return;
    }
    out.sign_if(text.is_empty(), Sign::AnchorEmpty);
    let words = text.split_whitespace().count();
    out.sign_if((1..=4).contains(&words) && text.len() <= 48, Sign::AnchorShort);
    out.sign_if(words > 8 || text.len() > 90, Sign::AnchorLong);
    out.sign_if(is_url(text), Sign::AnchorIsUrl);
}

fn position(view: &View, link: &Link, base_size: f32, out: &mut Observations) {
    if link.action {
        return;
    }
    out.sign_if(view.depth > 0, Sign::InNestedMessage);
    let start = link.span.start.min(view.text.len().saturating_sub(1));
    let line = if view.text.is_empty() { 0..0 } else { view.line_at(crate::body::view::floor(&view.text, start)) };
    let rest = |from: usize, to: usize| view.text.get(from..to).is_some_and(|t| t.chars().any(char::is_alphanumeric));
    let alone = !rest(line.start, link.span.start.max(line.start)) && !rest(link.span.end.min(line.end).max(line.start), line.end);
    out.sign_if(alone && !link.span.is_empty(), Sign::AloneInItsLine);
    let before = view.text.get(line.start..link.span.start.max(line.start)).unwrap_or("").trim_end();
    // The end of the line above, without a walk over all of it.
    let above = view.text[..line.start].trim_end_matches('\n').trim_end_matches(|c: char| c.is_whitespace() && c != '\n');
    out.sign_if(before.ends_with([':', '：']), Sign::AfterColon);
    out.sign_if(before.is_empty() && above.ends_with([':', '：']), Sign::LineAboveEndsWithColon);
    if let Some(block) = view.blocks.get(link.block) {
        out.sign_if(alone && block.span.len() <= link.span.len() + 4, Sign::AloneInItsBlock);
        match block.role {
            Role::Footer => out.sign(Sign::InFooter),
            Role::Quoted => out.sign(Sign::InQuoted),
            Role::Forwarded => out.sign(Sign::InForwarded),
            Role::Signature => out.sign(Sign::InSignature),
            Role::ListItem => out.sign(Sign::InListItem),
            Role::Heading => out.sign(Sign::Heading),
            Role::Cell => out.sign(Sign::InCell),
            Role::Paragraph | Role::Button => {}
        }
    }
    out.sign_if(start * 4 < view.text.len(), Sign::FirstQuarter);
    out.sign_if(start * 4 > view.text.len() * 3, Sign::LastQuarter);
    out.sign_if(start < 400, Sign::Early);
    if let Some(run) = view.run_at(start) {
        out.sign_if(run.prominence.bold, Sign::Bold);
        out.sign_if(run.prominence.centered, Sign::Centered);
        out.sign_if(run.prominence.boxed != 0, Sign::Boxed);
        let ratio = run.prominence.size / base_size.max(1.0);
        out.sign_if(ratio >= 1.2, Sign::Larger12);
        out.sign_if(ratio < 0.9, Sign::Smaller);
    }
}

/// What only the comparison with the other links shows.
pub(super) fn compare(reading: &Reading<'_>, links: &[LinkCandidate], all: &mut [Observations]) {
    let some_is_own = all.iter().any(|seen| seen.has(Sign::HostIsSenders));
    for (link, seen) in links.iter().zip(all.iter_mut()) {
        let is_kin = [Sign::HostIsSenders, Sign::HostResemblesSenders, Sign::HostIsNamesOnly].into_iter().any(|sign| seen.has(sign));
        seen.sign_if(some_is_own && !is_kin && link.domain().is_some(), Sign::ForeignAmongOwn);
    }
    let Some(last) = links.len().checked_sub(1) else { return };
    if last == 0 {
        all[0].sign(Sign::OnlyLink);
    }
    all[0].sign(Sign::FirstLink);
    all[last].sign(Sign::LastLink);
    let buttons: Vec<usize> = (0..links.len()).filter(|at| all[*at].has(Sign::Button)).collect();
    if let Some(first) = buttons.first() {
        all[*first].sign(Sign::FirstButton);
        all[*first].sign_if(buttons.len() == 1, Sign::OnlyButton);
    }
    let with_token: Vec<usize> = (0..links.len()).filter(|at| all[*at].has(Sign::Token8)).collect();
    if let [one] = with_token[..] {
        all[one].sign(Sign::OnlyToken);
    }
    let lengths: Vec<usize> = links.iter().map(|link| longest_token(&link.url)).collect();
    let most = lengths.iter().copied().max().unwrap_or(0);
    let holders: Vec<usize> = (0..links.len()).filter(|at| lengths[*at] == most).collect();
    if most >= 8 && holders.len() == 1 {
        all[holders[0]].sign(Sign::LongestToken);
    }
    let mut shapes: HashMap<&str, u32> = HashMap::with_capacity(links.len());
    let mut hosts: HashMap<&str, u32> = HashMap::with_capacity(links.len());
    let link_shapes: Vec<String> = links.iter().map(|link| shape(&link.sent())).collect();
    for (link, shape) in links.iter().zip(&link_shapes) {
        *shapes.entry(shape.as_str()).or_default() += 1;
        if let Some(host) = link.url.host_str() {
            *hosts.entry(registrable_name(host).unwrap_or(host)).or_default() += 1;
        }
    }
    for (at, link) in links.iter().enumerate() {
        let count = shapes.get(link_shapes[at].as_str()).copied().unwrap_or(0);
        all[at].sign_if(count == 1, Sign::UniqueShape);
        all[at].sign_if(count > 5, Sign::ManyOfItsShape);
        let same_host = link.url.host_str().and_then(|host| hosts.get(registrable_name(host).unwrap_or(host))).copied().unwrap_or(0);
        all[at].sign_if(same_host == 1 && links.len() > 1, Sign::OnlyLinkToHost);
        if all[at].has(Sign::AloneInItsLine) && reading.phrases.iter().map(|p| p.hits().len()).sum::<usize>() < 3 {
            all[at].sign(Sign::UnknownLanguageAlone);
        }
    }
}

/// A URL with its tokens struck out: what links of one tracker have in common.
fn shape(url: &Url) -> String {
    let mut shape = String::with_capacity(url.as_str().len());
    shape.push_str(url.host_str().unwrap_or(""));
    for (at, segment) in url.path().split('/').enumerate() {
        shape.push_str(if at > 0 { "/" } else { "" });
        shape.push_str(if is_random(segment) || segment.len() > 24 { "*" } else { segment });
    }
    shape.push('?');
    for (at, (name, _)) in url.query_pairs().enumerate() {
        shape.push_str(if at > 0 { "&" } else { "" });
        shape.push_str(&name);
    }
    shape
}
