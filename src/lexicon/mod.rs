//! Phrases by concept, in many languages, matched in one pass.
//!
//! Code asks for concepts, never for words. A language is a file in `data/` that a translator can edit: a section for
//! each concept, a phrase a line, lower case. A phrase matches whole words; `*` at its end or start lets the word go on.
//! Matching ignores case and diacritics, and takes any run of spaces, hyphens and apostrophes for one space.

mod key;

use std::ops::Range;

use aho_corasick::{AhoCorasick, AhoCorasickKind, Anchored, Input, MatchKind};
use once_cell::sync::Lazy;

pub(crate) use key::Key;

macro_rules! concepts {
    ($($(#[$doc:meta])* $variant:ident = $name:literal,)+) => {
        /// What a phrase means, whatever the language.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum Concept { $($(#[$doc])* $variant,)+ }

        impl Concept {
            /// Every concept.
            pub const ALL: &'static [Concept] = &[$(Concept::$variant,)+];

            /// Its name in the data files and in the weights.
            pub fn name(self) -> &'static str {
                match self { $(Concept::$variant => $name,)+ }
            }
        }
    };
}

concepts! {
    /// A code, PIN or passcode, named barely.
    Code = "code",
    /// A verification code, one-time password, login code: named beyond doubt.
    VerificationCode = "verification-code",
    /// To verify, confirm or activate.
    Verify = "verify",
    /// To sign in.
    SignIn = "sign-in",
    /// A password.
    Password = "password",
    /// To reset or recover a password.
    Reset = "reset",
    /// An account or profile.
    Account = "account",
    /// An e-mail address.
    Address = "address",
    /// To enter, type or use a code.
    Enter = "enter",
    /// To click or follow a link.
    Click = "click",
    /// That something expires.
    Expires = "expires",
    /// Units of time.
    Minutes = "minutes",
    /// Not to share it with anyone.
    DoNotShare = "do-not-share",
    /// What to do if you did not ask for this.
    DidNotRequest = "did-not-request",
    /// That you asked for this.
    Requested = "requested",
    /// To register.
    SignUp = "sign-up",
    /// Two-factor authentication.
    TwoFactor = "two-factor",
    /// Security, unusual activity.
    Security = "security",
    /// That something was changed already.
    Changed = "changed",
    /// That it was not you.
    Deny = "deny",
    /// That it was you.
    Approve = "approve",
    /// An invitation.
    Invitation = "invitation",
    /// A noun with "code" in it that proves nothing: promo code, postal code.
    OtherCode = "other-code",
    /// An order or booking.
    Order = "order",
    /// A payment or invoice.
    Payment = "payment",
    /// A coupon or discount.
    Coupon = "coupon",
    /// A parcel or delivery.
    Parcel = "parcel",
    /// A meeting or appointment.
    Meeting = "meeting",
    /// A ticket or case.
    Ticket = "ticket",
    /// A noun before a figure: number, no., id.
    Number = "number",
    /// A telephone.
    Phone = "phone",
    /// To unsubscribe.
    Unsubscribe = "unsubscribe",
    /// To view the mail in a browser.
    ViewOnline = "view-online",
    /// A newsletter or article.
    Newsletter = "newsletter",
    /// A survey or review.
    Survey = "survey",
    /// Help and contact.
    Help = "help",
    /// Legal notices.
    Legal = "legal",
    /// To download or get an app.
    Download = "download",
    /// To confirm something that is neither an address nor a sign-in.
    ConfirmOther = "confirm-other",
    /// Header words of a quoted mail.
    Quoted = "quoted",
    /// Backup codes, licence keys, card PINs.
    BackupCode = "backup-code",
    /// What a code is made of: digits, characters, a key.
    Digits = "digits",
    /// That it is really the reader.
    Identity = "identity",
    /// To get in, go on or finish.
    LetIn = "let-in",
    /// That it works once.
    Once = "once",
    /// What one does in a place: show it at the door, collect, bring.
    Visit = "visit",
    /// Names of months and weekdays.
    Date = "date",
    /// Where one types it on the web: a page, an app, a window, a form.
    Screen = "screen",
    /// Doors, gates, rooms, lockers, key boxes, machines, alarms, networks: what a code opens or starts in the physical world.
    Premises = "premises",
    /// To say the code to a person: quote it, show it, read it out, hand it over.
    Tell = "tell",
    /// Trips and stays: flights, trains, hotels, seats, boarding, rental.
    Travel = "travel",
    /// Accounts, statements, transfers, cards, loans, taxes, insurance, utilities in their everyday business.
    Finance = "finance",
    /// To approve or sign a payment, transfer or order with the code (3-D Secure, TAN).
    AuthorizePayment = "authorize-payment",
    /// Signing in without a password.
    Passwordless = "passwordless",
    /// To choose, create or set a password, the first or a new one.
    ChoosePassword = "choose-password",
    /// That registration is not finished: one more step, pending, until confirmed.
    AlmostDone = "almost-done",
    /// Confirming a subscription to a newsletter, list or alert (double opt-in).
    Subscription = "subscription",
    /// That nothing need be done: for information only, already in order.
    NoAction = "no-action",
    /// That something happened successfully and is over: signed in, verified, activated, sent, received.
    Done = "done",
    /// What other people did: commented, replied, mentioned, messaged, followed, liked, shared, a birthday.
    Social = "social",
    /// Documents, files, signatures, certificates, reports to see or download.
    Document = "document",
    /// Games, matches, leagues, lobbies, levels.
    Game = "game",
    /// Schools and courses: classes, exams, grades, homework, lessons.
    Study = "study",
    /// Doctors, visits, prescriptions, test results.
    Health = "health",
    /// Builds, commits, releases, servers, issues, logs, code in the programmer's sense.
    Software = "software",
    /// Draws, raffles, prizes, votes, surveys' entries.
    Prize = "prize",
    /// Points, miles, memberships, referral programmes.
    Loyalty = "loyalty",
    /// Numbers that companies print under their mails: registration, VAT, tax, licence numbers, capital.
    Registry = "registry",
    /// Parts of a postal address: street, avenue, floor, P.O. box, postcode, city.
    Street = "street",
    /// What is counted or measured, right after a figure: kg, km, kWh, pieces, people, points, pages, percent.
    Unit = "unit",
    /// Automatic replies and people's absence.
    Away = "away",
    /// Talk about a code or link: it did not arrive, it does not work, please send it again, I got it.
    SupportTalk = "support-talk",
    /// Words between people: love, cheers, see you, let me know, mum, kids.
    Personal = "personal",
    /// Reminders and notices of dates.
    Reminder = "reminder",
    /// The subject line, spoken of in the body: the code stands there.
    SubjectLine = "subject-line",
}

/// A phrase found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// What it means.
    pub concept: Concept,
    /// Its bytes in the text.
    pub span: Range<usize>,
    /// The languages that have it, a bit for each in the order of [`languages`].
    languages: u128,
}

struct Phrase {
    concept: Concept,
    languages: u128,
    open_start: bool,
    open_end: bool,
}

struct Automaton {
    matcher: AhoCorasick,
    phrases: Vec<Phrase>,
}

macro_rules! languages {
    ($($tag:literal)+) => {
        /// BCP 47 tags of the languages, and their data files.
        const LANGUAGES: &[(&str, &str)] = &[$(($tag, include_str!(concat!("data/", $tag, ".txt"))),)+];
    };
}
include!("languages.rs");

/// The languages of the lexicon, as BCP 47 tags.
///
/// ```
/// assert!(mailpick::lexicon::languages().any(|tag| tag == "pt"));
/// ```
pub fn languages() -> impl Iterator<Item = &'static str> {
    LANGUAGES.iter().map(|(tag, _)| *tag)
}

static AUTOMATON: Lazy<Automaton> = Lazy::new(|| {
    let mut entries: Vec<(String, Phrase)> = LANGUAGES.iter().enumerate().flat_map(|(number, (_, data))| parse(data, 1 << number)).collect();
    entries.sort_by(|a, b| (&a.0, a.1.concept, a.1.open_start, a.1.open_end).cmp(&(&b.0, b.1.concept, b.1.open_start, b.1.open_end)));
    entries.dedup_by(|later, first| {
        let same = later.0 == first.0 && later.1.concept == first.1.concept && later.1.open_start == first.1.open_start && later.1.open_end == first.1.open_end;
        if same {
            first.1.languages |= later.1.languages;
        }
        same
    });
    let matcher = AhoCorasick::builder().match_kind(MatchKind::Standard).kind(Some(AhoCorasickKind::ContiguousNFA)).build(entries.iter().map(|(key, _)| key));
    let matcher = matcher.unwrap_or_else(|error| unreachable!("the lexicon is far below the automaton's limits: {error}"));
    Automaton { matcher, phrases: entries.into_iter().map(|(_, phrase)| phrase).collect() }
});

/// The phrases of one data file, as keys.
fn parse(data: &str, language: u128) -> impl Iterator<Item = (String, Phrase)> + '_ {
    let mut concept = None;
    data.lines().filter_map(move |line| {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            return None;
        }
        if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            concept = Concept::ALL.iter().copied().find(|c| c.name() == name);
            debug_assert!(concept.is_some(), "unknown concept {name:?}");
            return None;
        }
        let (open_start, rest) = line.strip_prefix('*').map_or((false, line), |rest| (true, rest));
        let (open_end, rest) = rest.strip_suffix('*').map_or((false, rest), |rest| (true, rest));
        let key = Key::of(rest).text.trim().to_owned();
        (!key.is_empty()).then_some(())?;
        Some((key, Phrase { concept: concept?, languages: language, open_start, open_end }))
    })
}

/// Finds every phrase in a text, in order of their ends; a phrase inside a longer one that changes its meaning ("promo
/// code") is left out. Linear in `text.len()`.
///
/// ```
/// use mailpick::lexicon::{find, Concept};
/// let hits = find("Ihr Bestätigungscode lautet");
/// assert!(hits.iter().any(|hit| hit.concept == Concept::VerificationCode));
/// let hits = find("Your promo code is");
/// assert!(hits.iter().all(|hit| hit.concept != Concept::Code));
/// ```
pub fn find(text: &str) -> Vec<Hit> {
    let key = Key::of(text);
    let automaton = &*AUTOMATON;
    let mut hits = Vec::new();
    let Ok(matches) = automaton.matcher.try_find_overlapping_iter(Input::new(&key.text).anchored(Anchored::No)) else { return hits };
    for found in matches {
        let phrase = &automaton.phrases[found.pattern().as_usize()];
        let (start, end) = (found.start(), found.end());
        if (phrase.open_start || key.is_word_start(start)) && (phrase.open_end || key.is_word_end(end)) {
            hits.push(Hit { concept: phrase.concept, span: key.source(start)..key.source(end), languages: phrase.languages });
        }
    }
    unmask(hits)
}

/// English words stand in mails of every language.
const ENGLISH: &str = "en";
/// A language with at least this share of the best one's phrases may be the mail's too.
const SHARE_OF_BEST: f64 = 0.5;

/// Leaves out the phrases of languages that the mail is not written in: a word means one thing in one language and
/// another in the next. A mail's languages are those whose phrases it holds most of; a phrase that many languages have
/// says little of which it is.
pub(crate) fn keep_own_language(texts: &mut [Vec<Hit>]) {
    let own = own_languages(texts);
    for hits in texts {
        hits.retain(|hit| hit.languages & own != 0);
    }
}

/// The languages of a mail, a bit for each.
fn own_languages(texts: &[Vec<Hit>]) -> u128 {
    let mut scores = vec![0.0; LANGUAGES.len()];
    let mut seen: Vec<(u128, Concept)> = texts.iter().flatten().map(|hit| (hit.languages, hit.concept)).collect();
    seen.sort_unstable();
    seen.dedup();
    for (languages, _) in seen {
        let share = 1.0 / f64::from(languages.count_ones());
        (0..LANGUAGES.len()).filter(|number| languages & 1 << number != 0).for_each(|number| scores[number] += share);
    }
    let best = scores.iter().copied().fold(0.0, f64::max);
    (0..LANGUAGES.len()).filter(|number| LANGUAGES[*number].0 == ENGLISH || scores[*number] >= SHARE_OF_BEST * best).fold(0, |own, number| own | 1 << number)
}

/// Which concepts a longer phrase takes the meaning from.
fn masks(longer: Concept, shorter: Concept) -> bool {
    use Concept::*;
    match longer {
        OtherCode => matches!(shorter, Code | VerificationCode | Verify),
        BackupCode => matches!(shorter, Code | VerificationCode | Password),
        ConfirmOther => matches!(shorter, Verify),
        _ => false,
    }
}

fn unmask(hits: Vec<Hit>) -> Vec<Hit> {
    let maskers: Vec<(Concept, Range<usize>)> =
        hits.iter().filter(|hit| matches!(hit.concept, Concept::OtherCode | Concept::BackupCode | Concept::ConfirmOther)).map(|hit| (hit.concept, hit.span.clone())).collect();
    if maskers.is_empty() {
        return hits;
    }
    // Maskers are in order of their ends: those that can cover a hit end at or after its end.
    hits.into_iter()
        .filter(|hit| {
            let from = maskers.partition_point(|(_, span)| span.end < hit.span.end);
            // Phrases are short, so a covering one ends soon after: a bounded look ahead.
            !maskers[from..].iter().take(16).any(|(concept, span)| span.start <= hit.span.start && span.len() > hit.span.len() && masks(*concept, hit.concept))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn concepts(text: &str) -> Vec<Concept> {
        find(text).into_iter().map(|hit| hit.concept).collect()
    }

    /// What every language file must have; the other concepts sharpen it.
    const CORE: [Concept; 8] = [Concept::Code, Concept::VerificationCode, Concept::Verify, Concept::SignIn, Concept::Password, Concept::Reset, Concept::Account, Concept::Address];

    #[test]
    fn every_language_has_the_core_concepts() {
        assert!(LANGUAGES.len() <= 128, "one bit of a hit's languages for each");
        for (tag, data) in LANGUAGES {
            for concept in CORE {
                assert!(parse(data, 1).any(|(_, phrase)| phrase.concept == concept), "{tag} has no phrase for {}", concept.name());
            }
        }
    }

    #[test]
    fn a_code_noun_is_found_in_compounds_and_without_spaces() {
        for text in [
            "Ihr Sicherheitscode: 123456",
            "doğrulama kodunuz 123456",
            "您的验证码：123456请勿泄露",
            "인증번호는 456789입니다",
            "認証コードは123456です",
            "Ваш код подтверждения: 123456",
        ] {
            assert!(concepts(text).iter().any(|c| matches!(c, Concept::Code | Concept::VerificationCode)), "{text}");
        }
    }

    #[test]
    fn a_word_of_another_language_is_left_out() {
        let bit = |tag: &str| 1u128 << LANGUAGES.iter().position(|(t, _)| *t == tag).expect("a language");
        let mut texts = [find("Geben Sie Ihren Bestätigungscode ein, um Ihr Konto zu bestätigen. Der Code ist 10 Minuten gültig.")];
        let before = texts[0].len();
        keep_own_language(&mut texts);
        assert!(texts[0].len() < before, "other languages have some of these words too");
        assert!(texts[0].iter().all(|hit| hit.languages & (bit("de") | bit("en")) != 0 || hit.languages.count_ones() > 1));
    }

    #[test]
    fn diacritics_do_not_matter() {
        assert!(concepts("ma xac thuc cua ban").contains(&Concept::VerificationCode));
    }

    #[test]
    fn spans_are_bytes_of_the_text() {
        let text = "Größe: dein Bestätigungscode";
        let hit = find(text).into_iter().find(|hit| hit.concept == Concept::VerificationCode).expect("found");
        assert_eq!(&text[hit.span], "Bestätigungscode");
    }
}
