//! The names in a mail: of address fields, after greetings, and beside addresses in quoted mails.

use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::sync::LazyLock;

use mail_parser::{Address, Message, PartType};
use mailpick::Report;
use regex::Regex;

use super::Redactor;
use super::ledger::{Sort, plain};
use super::words;

/// How much is known of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Certainty {
    /// Nothing but a name: in lower case as well.
    Sure,
    /// A word too: where it begins with a capital.
    Capital,
}

#[derive(Default)]
pub(super) struct Names {
    words: HashMap<String, Certainty>,
    /// Names in scripts without spaces are found inside the text around them.
    unspaced: Vec<Vec<char>>,
    /// Words of names that stay because the engine knows them as words; somebody has to look at them.
    pub(super) kept: Vec<String>,
}

/// Up to four words with a capital each.
const NAME: &str = r"(\p{Lu}[\p{L}\p{M}'’.-]*(?:[ \u{a0}]\p{Lu}[\p{L}\p{M}'’.-]*){0,3})";

/// Where names stand that no address field gives. One group each.
static PLACES: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    let greetings = "hi|hello|hey|dear|good (?:morning|day|afternoon|evening)|welcome|hallo|guten (?:tag|morgen|abend)|liebe[rs]?|sehr geehrte[rs]?(?: herr| frau)?|moin|servus|bonjour|bonsoir|salut|cher|chère|\
hola|estimad[oa]s?|querid[oa]s?|buen(?:os|as) (?:días|tardes)|olá|oi|prezad[oa](?:\\([ao]\\))?|car[oa]|gentile|ciao|salve|buongiorno|beste|geachte(?: heer| mevrouw)?|dag|hej|hei|kära?|kjære|\
terve|tere|labas|sveiki|cześć|witaj|szanown[yai](?: panie| pani)?|dzień dobry|dobrý den|ahoj|vážen[ýá](?: pane| paní)?|zdravo|pozdrav|poštovan[ia]|bună|salutare|szia|kedves|tisztelt|merhaba|sayın|\
привет|здравствуйте|добрый день|уважаем(?:ый|ая)|вітаємо|шановн(?:ий|а)|здравей(?:те)?|γεια σου|αγαπητ[έή]|xin chào|chào|halo|selamat (?:pagi|siang|datang)|hai|kumusta|mahal na";
    let titles = r"(?:(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Herr|Frau|M|Mme|Mlle|Sr|Sra|Pan|Pani)\.? )?";
    let fields = "from|to|cc|von|an|de|à|para|da|od|do|van|aan|från|till|fra|til|от|кому|kimden|kime";
    let wrote = "wrote|schrieb|a écrit|escribió|escreveu|ha scritto|schreef|napisał|skrev|kirjoitti|написал|yazdı";
    [
        format!(r"(?m)^[\s>*]*(?i:{greetings})[ ,]+{titles}{NAME}"),
        format!(r"(?m)^[\s>*]*(?i:{fields}) ?: *{NAME}"),
        format!(r"{NAME} *(?:<[^<>]*>)? ?(?:{wrote})\b"),
        format!(r#"{NAME}["”]? +(?:<|\[mailto:)[^\s<>@]+@"#),
        r"(?m)^\s*([\p{Han}\p{Hiragana}\p{Katakana}\p{L} 　]{1,12}?)[ 　]?(?:様|さま|さん|殿)".to_owned(),
        r"(?m)^\s*(?:尊敬的|亲爱的|親愛的|您好|你好)[，, ]?(\p{Han}{2,4}?)(?:先生|女士|小姐|同学)?[，,：:！!]".to_owned(),
        r"(?:^|\s)(\p{Hangul}{2,4}) ?(?:고객님|회원님|님)".to_owned(),
    ]
    .iter()
    .map(|pattern| Regex::new(pattern).unwrap_or_else(|error| unreachable!("a pattern of ours: {error}")))
    .collect()
});

impl Names {
    pub(super) fn learn(message: &Message<'_>, report: &Report, keep_sender: bool) -> Self {
        let common = common_words(report);
        let mut names = Names::default();
        names.fields(message, &common, keep_sender);
        for view in report.views() {
            for place in PLACES.iter() {
                for found in place.captures_iter(&view.text).filter_map(|captures| captures.get(1)) {
                    names.person(found.as_str(), &common);
                }
            }
        }
        names.kept.sort();
        names.kept.dedup();
        names
    }

    fn fields(&mut self, message: &Message<'_>, common: &HashSet<String>, keep_sender: bool) {
        let boxes = |address: Option<&Address<'_>>| -> Vec<(String, String)> {
            let text = |text: Option<&str>| text.unwrap_or("").to_owned();
            address.into_iter().flat_map(|address| address.clone().into_list()).map(|a| (text(a.name.as_deref()), text(a.address.as_deref()))).collect()
        };
        let readers = [message.to(), message.cc(), message.bcc()];
        for (name, address) in readers.into_iter().flat_map(boxes) {
            self.person(if name.contains('@') { "" } else { &name }, &HashSet::new());
            let local = address.split('@').next().unwrap_or("");
            local.split(|c: char| !c.is_alphabetic()).filter(|word| word.chars().count() >= 4 && !common.contains(*word)).for_each(|word| self.add(word, Certainty::Sure));
        }
        let senders = [message.from(), message.sender(), message.reply_to()];
        for (name, address) in senders.into_iter().flat_map(boxes).filter(|_| !keep_sender) {
            let label = address
                .rsplit('@')
                .next()
                .and_then(|host| psl::domain_str(host))
                .filter(|host| !words::is_well_known(host))
                .and_then(|host| host.split('.').next())
                .unwrap_or("")
                .to_owned();
            let words = if name.contains('@') { Vec::new() } else { letters(&name).collect::<Vec<_>>() };
            let named = words.into_iter().filter(|word| word.chars().count() >= 3 && !word.starts_with(char::is_lowercase));
            for word in named.map(str::to_owned).chain(letters(&label).filter(|word| word.len() >= 4).map(str::to_owned)) {
                if !common.contains(&lower(&word)) && !words::names_a_service(&lower(&word)) {
                    self.add(&word, Certainty::Sure);
                }
            }
        }
        for part in &message.parts {
            if let PartType::Message(nested) = &part.body {
                self.fields(nested, common, keep_sender);
            }
        }
    }

    fn person(&mut self, name: &str, common: &HashSet<String>) {
        for word in letters(name) {
            let count = word.chars().count();
            let caseless = !word.starts_with(|c: char| c.is_lowercase() || c.is_uppercase());
            let short = count < 3 && (common.contains(&lower(word)) || words::is_also_word(&lower(word)));
            if count < 2 || words::is_addressee(&lower(word)) || short && !caseless {
                continue;
            }
            let certainty = if common.contains(&lower(word)) || words::is_also_word(&lower(word)) { Certainty::Capital } else { Certainty::Sure };
            self.add(word, certainty);
        }
    }

    fn add(&mut self, word: &str, certainty: Certainty) {
        let key = lower(word);
        if words::is_role(&key) || words::is_addressee(&key) {
            return;
        }
        if words::is_phrase(word) {
            return self.kept.push(word.to_owned());
        }
        if word.chars().all(is_unspaced) {
            let chars: Vec<char> = word.chars().collect();
            if chars.len() >= 2 && !self.unspaced.contains(&chars) {
                self.unspaced.push(chars);
            }
            return;
        }
        let entry = self.words.entry(key).or_insert(certainty);
        if certainty == Certainty::Sure {
            *entry = certainty;
        }
    }

    /// Names that may stand inside addresses, hosts and links.
    pub(super) fn tracked(&self) -> Vec<String> {
        let mut tracked: Vec<String> =
            self.words.iter().filter(|(word, certainty)| word.chars().count() >= if **certainty == Certainty::Sure { 3 } else { 4 }).map(|(word, _)| word.clone()).collect();
        tracked.sort();
        tracked
    }

    /// How much of a word is a name: all of it, or what stands before an ending ("Alexs", "Moreaus").
    fn length_in(&self, word: &str) -> Option<usize> {
        let key = lower(word);
        let is_capital = !word.starts_with(char::is_lowercase);
        let fits = |certainty: &Certainty| is_capital || *certainty == Certainty::Sure;
        let count = key.chars().count();
        if self.words.get(&key).is_some_and(fits) {
            return Some(count);
        }
        let stem = |cut: usize| key.chars().take(count - cut).collect::<String>();
        (1..=3).filter(|cut| is_capital && count >= cut + 4).find(|cut| self.words.contains_key(&stem(*cut))).map(|cut| count - cut)
    }
}

impl Redactor {
    pub(super) fn names(&mut self, chars: &mut [char], done: &mut [bool]) {
        let names = std::mem::take(&mut self.names);
        let mut at = 0;
        while at < chars.len() {
            let end = at + chars[at..].iter().take_while(|c| is_letter(**c)).count();
            if end > at && !done[at] {
                let mut words = humps(chars, at..end);
                if names.length_in(&chars[at..end].iter().collect::<String>()).is_some() {
                    words = std::iter::once(at..end).collect();
                }
                for word in words {
                    if let Some(length) = names.length_in(&chars[word.clone()].iter().collect::<String>()) {
                        self.ledger.put(Sort::Name, chars, word.start..word.start + length);
                        done[word].fill(true);
                    }
                }
            }
            at = end.max(at + 1);
        }
        for name in &names.unspaced {
            let mut at = 0;
            while let Some(found) = chars[at..].windows(name.len()).position(|window| window == name.as_slice()) {
                at += found + name.len();
                if !done[at - name.len()] {
                    self.ledger.put(Sort::Name, chars, at - name.len()..at);
                    done[at - name.len()..at].fill(true);
                }
            }
        }
        self.names = names;
    }
}

/// "MyHarbourside" is two words.
fn humps(chars: &[char], word: Range<usize>) -> Vec<Range<usize>> {
    let begins = |at: &usize| chars[*at].is_uppercase() && chars[at - 1].is_lowercase();
    let mut starts: Vec<usize> = std::iter::once(word.start).chain((word.start + 1..word.end).filter(begins)).collect();
    starts.push(word.end);
    starts.windows(2).map(|pair| pair[0]..pair[1]).collect()
}

/// Words that the mail itself writes in lower case: "people" in "People Portal" is a word, not a name.
fn common_words(report: &Report) -> HashSet<String> {
    let mut common = HashSet::new();
    for view in report.views() {
        let words = view.text.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '!' | '?' | '(' | ')' | '"' | '“' | '”' | '«' | '»'));
        let stems = words.map(|word| word.split(['\'', '’']).next().unwrap_or(word));
        let plain_words = stems.map(|word| word.trim_matches(|c: char| matches!(c, '.' | ':' | '\''))).filter(|word| word.chars().all(is_letter));
        common.extend(plain_words.filter(|word| word.starts_with(char::is_lowercase)).map(lower));
    }
    common
}

fn letters(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !is_letter(c)).filter(|word| !word.is_empty())
}

fn is_letter(c: char) -> bool {
    c.is_alphabetic() || matches!(c, '\u{300}'..='\u{36f}')
}

fn lower(word: &str) -> String {
    word.chars().map(plain).collect()
}

/// Letters of scripts in which words are not set apart by spaces, or carry endings.
fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{e00}'..='\u{eff}' | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}')
}
