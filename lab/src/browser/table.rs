//! The table that is checked in: agreement for each corpus and drawer, and the causes of what differs.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::Outcome;
use super::compare::{Cause, Counts};

/// Causes of fewer words or links than this are summed up.
const LEAST_COUNT: u64 = 10;

/// What is read otherwise on purpose, or would need a layout.
const REMAINING: &str = "
Read otherwise on purpose: `details` shows its content open or not, `svg` none, because clients for mail do (`src/body/view/html.rs` has the table); \
boxes of one letter in a flex container are one word, because codes are set so; letters that a background is cut out by are text; a wide margin parts words; what fades in is shown, where the browser is asked at its beginning. Not read: generated \
content, selectors such as `:last-child`, which ask for what follows. Would need a layout: anchors around nothing but line breaks.
";

#[derive(Default)]
struct Tally {
    mails: u64,
    parts: u64,
    same_words: u64,
    same_links: u64,
    words: Counts,
    links: Counts,
}

pub(super) fn table(outcomes: &[Outcome], version: &str) -> String {
    let mut out = format!(
        "# The view against a browser\n\nEvery HTML part, shown by {version} without network and scripts, 1024 pixels wide, in light colours. Words (with their \
         number) and targets of links that a person sees there, and those of the view: the shares are what both have of what either has.\n\n\
         | corpus | mails with HTML | parts | mails with the same words | words the same | mails with the same links | links the same |\n| --- | ---: | ---: | ---: | ---: | ---: | ---: |\n"
    );
    let mut rows: BTreeMap<(&str, &str), Tally> = BTreeMap::new();
    for outcome in outcomes.iter().filter(|outcome| outcome.failed.is_none()) {
        rows.entry((&outcome.corpus, "")).or_default().add(outcome);
        if !outcome.drawer.is_empty() {
            rows.entry((&outcome.corpus, &outcome.drawer)).or_default().add(outcome);
        }
    }
    for ((corpus, drawer), tally) in &rows {
        let name = if drawer.is_empty() { format!("**{corpus}**") } else { format!("{corpus}/{drawer}") };
        let _ = writeln!(
            out,
            "| {name} | {} | {} | {} | {} | {} | {} |",
            tally.mails,
            tally.parts,
            percent(tally.same_words, tally.mails),
            percent(tally.words.common, tally.words.either),
            percent(tally.same_links, tally.mails),
            percent(tally.links.common, tally.links.either)
        );
    }
    let failed = outcomes.iter().filter(|outcome| outcome.failed.is_some()).count();
    let _ = writeln!(out, "\nMails that the browser gave no answer for in time, and that are left out: {failed}.");
    out.push_str(&causes(outcomes));
    out
}

fn causes(outcomes: &[Outcome]) -> String {
    let mut causes: BTreeMap<&Cause, (u64, u64)> = BTreeMap::new();
    for (cause, count) in outcomes.iter().flat_map(|outcome| &outcome.comparison.causes) {
        let entry = causes.entry(cause).or_default();
        *entry = (entry.0 + count, entry.1 + 1);
    }
    let mut causes: Vec<_> = causes.into_iter().collect();
    causes.sort_by_key(|(cause, (count, _))| (cause.thing, std::cmp::Reverse(*count)));
    let mut out = String::from(
        "\n## Why they differ\n\nThe reason is what the browser says of the word or link; where only the browser has it, what sort of text it is.\n\n| what | seen only by | reason | how many | mails |\n| --- | --- | --- | ---: | ---: |\n",
    );
    for (cause, (count, mails)) in causes.iter().filter(|(_, (count, _))| *count >= LEAST_COUNT) {
        let _ = writeln!(out, "| {} | {} | {} | {count} | {mails} |", cause.thing, cause.only_in, cause.reason);
    }
    let rest: u64 = causes.iter().map(|(_, (count, _))| count).filter(|count| **count < LEAST_COUNT).sum();
    let _ = writeln!(out, "\nCauses of fewer than {LEAST_COUNT} words or links, together: {rest}.");
    out.push_str(REMAINING);
    out
}

impl Tally {
    fn add(&mut self, outcome: &Outcome) {
        let comparison = &outcome.comparison;
        self.mails += 1;
        self.parts += outcome.parts as u64;
        self.same_words += u64::from(comparison.agrees_on_words());
        self.same_links += u64::from(comparison.agrees_on_links());
        self.words.add(comparison.words);
        self.links.add(comparison.links);
    }
}

/// With two decimals: agreement is close to all.
fn percent(part: u64, whole: u64) -> String {
    if whole == 0 { "-".to_owned() } else { format!("{:.2} %", 100.0 * part as f64 / whole as f64) }
}
