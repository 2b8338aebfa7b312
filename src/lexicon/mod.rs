//! Phrases by concept, in many languages, matched in one pass.
//!
//! Code asks for concepts, never for words. A language is a file in `data/` that a translator can edit: a section for
//! each concept, a phrase a line, lower case. A phrase matches whole words; `*` at its end or start lets the word go on.
//! Matching ignores case and diacritics, and takes any run of spaces, hyphens and apostrophes for one space.

#![expect(clippy::indexing_slicing, reason = "indices come from positions in the same list, or from the enum that the array is as long as")]
#![expect(clippy::string_slice, reason = "offsets come from searches in the same text, which end between characters")]

mod concept;
mod condition;
#[cfg(test)]
mod data_file;
pub(crate) mod details;
#[allow(dead_code)]
mod filter;
mod key;
#[cfg(test)]
mod reference;
mod table;
#[allow(dead_code)]
mod trie;

use std::ops::Range;

pub use concept::Concept;
pub(crate) use condition::{is_conditional, is_forbidding};
pub(crate) use key::Key;
use table::{INSIDE, LANGUAGES, PHRASES, Phrases};

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

/// Languages of the lexicon in which the verb comes last: what is said of a code stands behind its noun.
const VERB_LAST: [&str; 4] = ["az", "ja", "ko", "tr"];

impl Hit {
    /// The same in a text that has what stands at `from` at `to`.
    fn moved(self, from: usize, to: usize) -> Self {
        Self { span: self.span.start - from + to..self.span.end - from + to, ..self }
    }

    /// Whether it is a phrase of a language in which the verb comes last.
    pub(crate) fn is_verb_last(&self) -> bool {
        (0..LANGUAGES.len()).any(|number| self.languages & 1 << number != 0 && VERB_LAST.contains(&LANGUAGES[number]))
    }
}

/// The languages of the lexicon, as BCP 47 tags.
///
/// ```
/// assert!(mailpick::lexicon::languages().any(|tag| tag == "pt"));
/// ```
pub fn languages() -> impl Iterator<Item = &'static str> {
    LANGUAGES.iter().copied()
}

/// A set of the lexicon's languages.
///
/// ```
/// use mailpick::lexicon::Languages;
/// use mailpick::{Extractor, Kind};
/// let mail = "Subject: Vahvistuskoodi\r\n\r\nVahvistuskoodisi on 483921.\r\n".as_bytes();
/// let seen = |languages| Extractor::new().languages(languages).extract(mail).candidates(Kind::Otp).next().map(|c| c.evidence.len());
/// assert!(seen(Languages::ALL) > seen(Languages::ALL.without("fi")));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Languages(u128);

impl Languages {
    /// All of them.
    pub const ALL: Languages = Languages(u128::MAX);

    /// The set without a language, given by its BCP 47 tag: `zh` stands for `zh-Hans` and `zh-Hant` too.
    pub fn without(self, tag: &str) -> Self {
        let is_it = |known: &str| known == tag || known.strip_prefix(tag).is_some_and(|rest| rest.starts_with('-'));
        Self((0..LANGUAGES.len()).filter(|number| is_it(LANGUAGES[*number])).fold(self.0, |set, number| set & !(1 << number)))
    }
}

/// Finds every phrase in a text, in order of their ends; a phrase inside a longer one that changes its meaning ("promo
/// code") is left out. One pass: from each character a walk that is no longer than the longest phrase, so linear in
/// `text.len()` but for sorting what was found. Nothing is built at the first call: the tables are read in place.
///
/// ```
/// use mailpick::lexicon::{find, Concept};
/// let hits = find("Ihr Bestätigungscode lautet");
/// assert!(hits.iter().any(|hit| hit.concept == Concept::VerificationCode));
/// let hits = find("Your promo code is");
/// assert!(hits.iter().all(|hit| hit.concept != Concept::Code));
/// ```
pub fn find(text: &str) -> Vec<Hit> {
    let (mut hits, _) = find_within(text, usize::MAX);
    // A stable sort: the hits that end together stay in order of their starts.
    hits.sort_by_key(|hit| hit.span.end);
    hits
}

/// The first phrases, about so many at most, in order of their starts and then of their ends; and whether there were more.
pub(crate) fn find_within(text: &str, most: usize) -> (Vec<Hit>, bool) {
    let mut hits = all(&Key::of(text), most);
    let cut = hits.len() >= most;
    unmask(&mut hits);
    (hits, cut)
}

/// The same for the texts of one mail, of which a text and an HTML part say mostly the same: a line that the text before has is not
/// looked through again. Phrases do not go over the ends of lines.
pub(crate) fn find_in_each<'t>(texts: impl Iterator<Item = &'t str>, most: usize) -> Vec<(Vec<Hit>, bool)> {
    let mut found: Vec<(Vec<Hit>, bool)> = Vec::new();
    let mut before = None;
    for text in texts {
        let likely = before.filter(|before: &&str| before.len() >= text.len() / MOST_TIMES_AS_LONG);
        let known = likely.zip(found.last()).and_then(|(before, (known, _))| with_known_lines(text, before, known, most));
        let hits = known.unwrap_or_else(|| all(&Key::of(text), most));
        let cut = hits.len() >= most;
        found.push((hits, cut));
        before = Some(text);
    }
    found.iter_mut().for_each(|(hits, _)| unmask(hits));
    found
}

/// A text that is so many times as long, as that below a subject is, has hardly a line of the one before.
const MOST_TIMES_AS_LONG: usize = 8;

/// So many lines are compared with a line: parts that say the same say it in one order, with a line more here and there.
const LINES_AHEAD: usize = 12;

/// Every phrase, where the lines that `before` has take theirs from `known`. `None` where there are more than are wanted.
fn with_known_lines(text: &str, before: &str, known: &[Hit], most: usize) -> Option<Vec<Hit>> {
    let lines_before: Vec<Range<usize>> = lines(before).collect();
    let (mut hits, mut key) = (Vec::with_capacity(known.len()), Key::for_texts_of(text.len()));
    let mut read = |span: Range<usize>, hits: &mut Vec<Hit>| {
        if span.is_empty() {
            return;
        }
        key.read(&text[span.clone()]);
        let from = hits.len();
        add_all(&key, most, hits);
        hits[from..].iter_mut().for_each(|hit| hit.span = hit.span.start + span.start..hit.span.end + span.start);
    };
    let (mut next, mut unread) = (0, 0);
    for line in lines(text).filter(|line| !line.is_empty()) {
        let is_it = |other: &Range<usize>| other.len() == line.len() && before[other.clone()] == text[line.clone()];
        let Some(at) = lines_before[next..].iter().take(LINES_AHEAD).position(is_it) else { continue };
        let same = &lines_before[next + at];
        read(unread..line.start, &mut hits);
        let from = known.partition_point(|hit| hit.span.start < same.start);
        hits.extend(known[from..].iter().take_while(|hit| hit.span.start < same.end).map(|hit| hit.clone().moved(same.start, line.start)));
        (next, unread) = (next + at + 1, line.end);
    }
    read(unread..text.len(), &mut hits);
    (hits.len() < most && known.len() < most).then_some(hits)
}

/// The lines of a text, without their ends.
fn lines(text: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    let mut start = 0;
    memchr::memchr_iter(b'\n', text.as_bytes()).chain(std::iter::once(text.len())).map(move |end| std::mem::replace(&mut start, end + 1)..end)
}

/// Phrases of text about what they are looked for come in so many bytes.
const USUAL_DISTANCE: usize = 16;
/// Phrases of a long mail.
const MOST_RESERVED: usize = 256;

/// Every phrase, in order of their starts.
fn all(key: &Key, most: usize) -> Vec<Hit> {
    let mut hits = Vec::with_capacity((key.text.len() / USUAL_DISTANCE).min(MOST_RESERVED));
    add_all(key, most, &mut hits);
    hits
}

/// Adds every phrase, up to so many in all.
fn add_all(key: &Key, most: usize, hits: &mut Vec<Hit>) {
    let from = hits.len();
    let (words, inside) = (&*PHRASES, &*INSIDE);
    let (text, mut start) = (key.text.as_bytes(), 0);
    // A letter stands before that belongs to the same word.
    let mut in_word = false;
    while let Some(byte) = text.get(start) {
        if hits.len() >= most {
            break;
        }
        let (is_word_start, length);
        if byte.is_ascii() {
            (is_word_start, length) = (!in_word, 1);
            in_word = byte.is_ascii_alphabetic();
        } else {
            let Some(c) = key.text[start..].chars().next() else { break };
            (is_word_start, length) = (!in_word || key::is_unspaced(c), c.len_utf8());
            in_word = key::is_in_word(c);
        }
        let phrases = if is_word_start { words } else { inside };
        if phrases.filter.may_begin(&text[start..]) {
            walk(phrases, key, start, hits);
        }
        start += length;
    }
    // They are nearly in order: letters that one character became have one start.
    hits[from..].sort_by_key(|hit| (hit.span.start, hit.span.end));
}

/// The phrases that begin at `start`.
fn walk(phrases: &Phrases, key: &Key, start: usize, hits: &mut Vec<Hit>) {
    let from = hits.len();
    phrases.trie.beginnings(&key.text.as_bytes()[start..], |length, postings| {
        let end = start + length;
        let (is_word_end, source_end) = (key.is_word_end(end), key.source(end));
        for posting in table::postings(postings).filter(|posting| posting.open_end || is_word_end) {
            hits.push(Hit { concept: posting.concept, span: 0..source_end, languages: posting.languages });
        }
    });
    // Most walks find nothing, so where they began is looked up last.
    if from < hits.len() {
        let source = key.source(start);
        hits[from..].iter_mut().for_each(|hit| hit.span.start = source);
    }
}

/// English words stand in mails of every language.
const ENGLISH: &str = "en";
/// A language with at least this share of the best one's phrases may be the mail's too.
const SHARE_OF_BEST: f64 = 0.5;

/// Leaves out the phrases of languages that the mail is not written in: a word means one thing in one language and
/// another in the next. A mail's languages are those whose phrases it holds most of; a phrase that many languages have
/// says little of which it is. Languages outside `allowed` do not count. Returns the mail's languages, a bit for each.
pub(crate) fn keep_own_language(texts: &mut [Vec<Hit>], allowed: Languages) -> u128 {
    texts.iter_mut().flatten().for_each(|hit| hit.languages &= allowed.0);
    let own = own_languages(texts);
    for hits in texts {
        hits.retain(|hit| hit.languages & own != 0);
    }
    own
}

/// The languages of a mail, a bit for each.
fn own_languages(texts: &[Vec<Hit>]) -> u128 {
    let mut scores = [0.0; LANGUAGES.len()];
    let mut seen = Meanings { list: Vec::with_capacity(Meanings::USUAL), last: [0; Meanings::HASHES] };
    texts.iter().flatten().for_each(|hit| seen.add(hit.languages, hit.concept));
    for (languages, _) in seen.in_order() {
        let share = 1.0 / f64::from(languages.count_ones());
        bits(languages).for_each(|number| scores[number] += share);
    }
    let best = scores.iter().copied().fold(0.0, f64::max);
    (0..LANGUAGES.len()).filter(|number| LANGUAGES[*number] == ENGLISH || scores[*number] >= SHARE_OF_BEST * best).fold(0, |own, number| own | 1 << number)
}

/// The numbers of the bits that are set and that are languages.
fn bits(mut set: u128) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let number = set.trailing_zeros() as usize;
        set &= set.wrapping_sub(1);
        (number < LANGUAGES.len()).then_some(number)
    })
}

/// Different pairs of languages and concept. Most hits have one that another has had, and need not be sorted with them.
struct Meanings {
    list: Vec<(u128, Concept)>,
    /// By a hash, those that came last, counted from 1.
    last: [u16; Meanings::HASHES],
}

impl Meanings {
    const HASHES: usize = 256;
    const USUAL: usize = 128;

    fn add(&mut self, languages: u128, concept: Concept) {
        let hash = (languages as u64 ^ (languages >> 64) as u64 ^ concept as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 56;
        let last = &mut self.last[hash as usize];
        if usize::from(*last).checked_sub(1).is_some_and(|at| self.list[at] == (languages, concept)) {
            return;
        }
        self.list.push((languages, concept));
        *last = u16::try_from(self.list.len()).unwrap_or(0);
    }

    fn in_order(mut self) -> impl Iterator<Item = (u128, Concept)> {
        self.list.sort_unstable();
        self.list.dedup();
        self.list.into_iter()
    }
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

fn unmask(hits: &mut Vec<Hit>) {
    let mut maskers: Vec<(Concept, Range<usize>)> =
        hits.iter().filter(|hit| matches!(hit.concept, Concept::OtherCode | Concept::BackupCode | Concept::ConfirmOther)).map(|hit| (hit.concept, hit.span.clone())).collect();
    if maskers.is_empty() {
        return;
    }
    maskers.sort_by_key(|(_, span)| span.end);
    hits.retain(|hit| {
        // Maskers are in order of their ends: those that can cover a hit end at or after its end.
        let from = maskers.partition_point(|(_, span)| span.end < hit.span.end);
        // Phrases are short, so a covering one ends soon after: a bounded look ahead.
        !maskers[from..].iter().take(16).any(|(concept, span)| span.start <= hit.span.start && span.len() > hit.span.len() && masks(*concept, hit.concept))
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_another_text_has_is_not_looked_through_again() {
        let pieces = ["Your code is 483921", "Ihr Code lautet", "promo code", "\n", "\n", "\n", " ", "-", "é", "验证码", "https://example.org/code", "code"];
        let (mut seed, mut shared) = (7u32, 0);
        for _ in 0..3_000 {
            let mut texts = [String::new(), String::new(), String::new()];
            for text in &mut texts {
                for _ in 0..seed % 14 {
                    seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    text.push_str(pieces[(seed >> 16) as usize % pieces.len()]);
                }
                seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            }
            for most in [1, 4, usize::MAX] {
                let alone: Vec<_> = texts.iter().map(|text| find_within(text, most)).collect();
                assert_eq!(find_in_each(texts.iter().map(String::as_str), most), alone, "{texts:?}");
            }
            let of_first = all(&Key::of(&texts[0]), usize::MAX);
            shared += with_known_lines(&texts[1], &texts[0], &of_first, usize::MAX).map_or(0, |hits| hits.len());
        }
        assert!(shared > 1_000, "{shared}");
    }

    fn concepts(text: &str) -> Vec<Concept> {
        find(text).into_iter().map(|hit| hit.concept).collect()
    }

    fn bit(language: &str) -> u128 {
        1 << LANGUAGES.iter().position(|tag| *tag == language).expect("a language")
    }

    /// What every language file must have; the other concepts sharpen it.
    const CORE: [Concept; 8] = [Concept::Code, Concept::VerificationCode, Concept::Verify, Concept::SignIn, Concept::Password, Concept::Reset, Concept::Account, Concept::Address];

    #[test]
    fn every_language_has_the_core_concepts() {
        for (tag, phrases) in reference::data() {
            for concept in CORE {
                assert!(phrases.iter().any(|phrase| phrase.concept == concept), "{tag} has no phrase for {}", concept.name());
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
        let mut texts = [find("Geben Sie Ihren Bestätigungscode ein, um Ihr Konto zu bestätigen. Der Code ist 10 Minuten gültig.")];
        let before = texts[0].len();
        keep_own_language(&mut texts, Languages::ALL);
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

    #[test]
    fn a_noun_a_verb_and_an_expiry_are_found_where_they_stand() {
        for (tag, roles, text) in SENTENCES {
            let language = bit(tag);
            let hits = find(&text.replace(['[', ']'], ""));
            let mut end = 0;
            let pieces = text.split(['[', ']']).map(|piece| {
                let start = end;
                end += piece.len();
                start..end
            });
            // Every second piece stands in brackets.
            let bracketed: Vec<Range<usize>> = pieces.skip(1).step_by(2).collect();
            assert_eq!(bracketed.len(), roles.len(), "{text}");
            for (piece, wanted) in bracketed.iter().zip(roles) {
                let found = hits.iter().any(|hit| wanted.contains(&hit.concept) && hit.languages & language != 0 && piece.start <= hit.span.start && hit.span.end <= piece.end);
                assert!(found, "{tag}: none of {wanted:?} at {piece:?} in {text}: {hits:?}");
            }
        }
    }

    const NOUN: &[Concept] = &[Concept::Code, Concept::VerificationCode];
    const VERB: &[Concept] = &[Concept::Verify];
    const EXPIRY: &[Concept] = &[Concept::Expires];

    /// Languages of different order and build, and what the words in brackets are, in the order that each has them.
    const SENTENCES: [(&str, [&[Concept]; 3], &str); 16] = [
        ("en", [VERB, NOUN, EXPIRY], "To [verify] your address, use the [verification code] 482913; it [expires] in 10 minutes."),
        ("de", [NOUN, EXPIRY, VERB], "Ihr [Bestätigungscode] lautet 482913. Er [läuft in 10 Minuten ab], [bestätigen] Sie bitte vorher Ihre Adresse."),
        ("tr", [VERB, NOUN, EXPIRY], "Hesabınızı [doğrulamak] için [doğrulama kodunuz] 482913. Kodun [süresi] 10 dakika içinde dolacak."),
        ("fi", [VERB, NOUN, EXPIRY], "[Vahvista] sähköpostiosoitteesi: [vahvistuskoodi] on 482913 ja se [vanhenee] 10 minuutissa."),
        ("hu", [NOUN, EXPIRY, VERB], "Az Ön [megerősítő kódja] 482913, amely 10 perc múlva [lejár]; [erősítse meg] a címét."),
        ("ja", [VERB, NOUN, EXPIRY], "[メールアドレスを確認]してください。[認証コード]は482913です。[有効期限]は10分です。"),
        ("zh-Hans", [NOUN, EXPIRY, VERB], "您的[验证码]是482913，[有效期]10分钟，请尽快[验证]您的邮箱。"),
        ("ko", [NOUN, EXPIRY, VERB], "[인증번호]는 482913입니다. 10분 후 [만료]되니 이메일을 [인증]해 주세요."),
        ("th", [NOUN, EXPIRY, VERB], "[รหัสยืนยัน]ของคุณคือ 482913 รหัสนี้จะ[หมดอายุ]ใน 10 นาที โปรด[ยืนยัน]อีเมลของคุณ"),
        ("ar", [NOUN, EXPIRY, VERB], "[رمز التحقق] الخاص بك هو 482913 و[تنتهي صلاحيته] خلال 10 دقائق، يرجى [تأكيد] بريدك."),
        ("he", [NOUN, EXPIRY, VERB], "[קוד האימות] שלך הוא 482913, [תוקף] הקוד 10 דקות; יש [לאמת] את הכתובת."),
        ("sw", [NOUN, EXPIRY, VERB], "[Namba ya uthibitisho] yako ni 482913, [inaisha muda] baada ya dakika 10; [thibitisha] barua pepe yako."),
        ("hi", [NOUN, EXPIRY, VERB], "आपका [सत्यापन कोड] 482913 है, यह 10 मिनट में [समाप्त] होगा, कृपया अपना ईमेल [सत्यापित] करें।"),
        ("ru", [NOUN, EXPIRY, VERB], "Ваш [код подтверждения] 482913 [действителен] 10 минут, [подтвердите] адрес."),
        ("vi", [NOUN, EXPIRY, VERB], "[Mã xác thực] của bạn là 482913, [hết hạn] sau 10 phút, vui lòng [xác minh] email."),
        ("id", [NOUN, EXPIRY, VERB], "[Kode verifikasi] Anda 482913 [berlaku] 10 menit untuk [memverifikasi] email."),
    ];
}
