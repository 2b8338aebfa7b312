//! What a report tells beyond its answer, held against the labels that say it: `purpose` and `expires_s`.

pub(crate) mod fit;
pub(crate) mod record;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use anyhow::Result;
use mailpick::Purpose;

use crate::corpus::Case;
use crate::metrics::ENOUGH_MAILS;
use crate::table::percent;
use fit::{Contest, Judged};
use record::{ASKED, First};

/// How often something is told rightly.
#[derive(Default)]
struct Counts {
    labelled: u32,
    right: u32,
    wrong: u32,
    missed: u32,
}

impl Counts {
    /// `stated` is what the mail states, if anything; silence is right where it states nothing.
    fn add<T: PartialEq>(&mut self, stated: Option<&T>, said: Option<&T>) -> bool {
        self.labelled += 1;
        match said {
            _ if stated == said => self.right += 1,
            Some(_) => self.wrong += 1,
            None => self.missed += 1,
        }
        stated == said
    }

    fn row(&self, name: &str) -> String {
        let Counts { labelled, right, wrong, missed } = self;
        format!("| {name} | {labelled} | {} | {wrong} | {missed} |\n", percent(*right, *labelled))
    }
}

const HEAD: &str = "labelled | right | another told | none told |\n| --- | ---: | ---: | ---: | ---: |\n";
/// The least shares that the table compares.
const SHARES: [f64; 9] = [0.0, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];

/// The tables over all mails with such a label, and over the fresh ones; a line for each mistake. All of it out of family.
pub(crate) fn table(cases: &[Case], at_first: &Path) -> Result<String> {
    let firsts = record::read(at_first)?;
    let (purposes, expiries) = (Judged::new(Contest::Purpose, cases)?, Judged::new(Contest::Expiry, cases)?);
    let mut out = String::from(
        "# What a report tells beyond its answer\n\nOut of family: no sender family that judges took part in fitting. The phrases and the readers of times were made with the mails in \
         view, but for those of \"Mails that no rule had seen\".\n\n## Purpose\n\n",
    );
    let name = |stated: Option<u64>| stated.map_or("none", |number| Purpose::ALL[number as usize].name());
    let _ = write!(out, "Told from a share of {}.\n\n| the mail states | {HEAD}", purposes.least);
    for stated in (0..Purpose::ALL.len()).map(|number| Some(number as u64)) {
        out.push_str(&counts(&purposes, purposes.least, |_, other| other == stated).row(&format!("`{}`", name(stated))));
    }
    out.push_str(&counts(&purposes, purposes.least, |_, stated| stated.is_some()).row("any of them"));
    out.push_str(&counts(&purposes, purposes.least, |_, stated| stated.is_none()).row("none"));
    let _ = write!(out, "\n{}\n## Purpose, by language\n\nLanguages with {ENOUGH_MAILS} or more mails that state one.\n\n| language | {HEAD}", shares(&purposes));
    let mut languages: BTreeMap<&str, u32> = BTreeMap::new();
    purposes.told(0.0).filter(|(question, _)| question.stated.is_some()).for_each(|(question, _)| *languages.entry(cases[question.case].label.language()).or_default() += 1);
    for language in languages.iter().filter(|(_, count)| **count >= ENOUGH_MAILS).map(|(language, _)| *language) {
        out.push_str(&counts(&purposes, purposes.least, |case, stated| stated.is_some() && cases[case].label.language() == language).row(language));
    }
    let _ = write!(out, "\n## Expiry, in seconds\n\nTold from a share of {}.\n\n| the mail states | {HEAD}", expiries.least);
    out.push_str(&counts(&expiries, expiries.least, |_, stated| stated.is_some()).row("one"));
    out.push_str(&counts(&expiries, expiries.least, |_, stated| stated.is_none()).row("none"));
    let _ = write!(out, "\n{}", shares(&expiries));
    out.push_str(
        "\n## Mails that no rule had seen\n\nLabelled by reading them before the engine was asked. *At first* is what it said then, before anything was mended for them: the\n\
         estimate for mails to come. *Now* is what it says since. `details-kept-back` is the half of `details-fresh-5` that nobody looked at while the\n\
         other half was mended for, so its *at first* is what the mending was worth.\n",
    );
    for First { tag, counts: first } in &firsts {
        let _ = write!(out, "\nTag `{tag}`:\n\n| | {HEAD}");
        for ((asked, first), now) in ASKED.iter().zip(first).zip(asked(cases, &purposes, &expiries, tag)) {
            let _ = write!(out, "{}{}", first.row(&format!("{asked}, at first")), now.row(&format!("{asked}, now")));
        }
    }
    out.push_str("\n## Mistakes\n\n");
    let purpose_misses = purposes.told(purposes.least).filter(|(question, said)| *said != question.stated);
    let mut misses: Vec<String> = purpose_misses.map(|(question, said)| miss(cases, question.case, "purpose", name(said), name(question.stated))).collect();
    let expiry_misses = expiries.told(expiries.least).filter(|(question, said)| *said != question.stated);
    misses.extend(expiry_misses.map(|(question, said)| miss(cases, question.case, "expiry", &shown(said), &shown(question.stated))));
    misses.sort();
    misses.into_iter().for_each(|line| out.push_str(&line));
    Ok(out)
}

/// What is told of the mails with a tag.
fn asked(cases: &[Case], purposes: &Judged, expiries: &Judged, tag: &str) -> [Counts; ASKED.len()] {
    let has_tag = |case: usize| cases[case].label.tags.iter().any(|other| other == tag);
    [
        counts(purposes, purposes.least, |case, stated| has_tag(case) && stated.is_some()),
        counts(expiries, expiries.least, |case, stated| has_tag(case) && stated.is_some()),
        counts(expiries, expiries.least, |case, stated| has_tag(case) && stated.is_none()),
    ]
}

/// Of the mails that a test holds of, by their numbers and by what they state.
fn counts(judged: &Judged, least: f64, test: impl Fn(usize, Option<u64>) -> bool) -> Counts {
    let mut counts = Counts::default();
    for (question, said) in judged.told(least).filter(|(question, _)| test(question.case, question.stated)) {
        counts.add(question.stated.as_ref(), said.as_ref());
    }
    counts
}

/// What each least share would give.
fn shares(judged: &Judged) -> String {
    let mut out =
        String::from("| told from a share of | right, where one is stated | another told | none told | right, where none is stated |\n| ---: | ---: | ---: | ---: | ---: |\n");
    for least in SHARES {
        let (some, none) = (counts(judged, least, |_, stated| stated.is_some()), counts(judged, least, |_, stated| stated.is_none()));
        let _ = writeln!(out, "| {least} | {} | {} | {} | {} |", percent(some.right, some.labelled), some.wrong, some.missed, percent(none.right, none.labelled));
    }
    out
}

fn miss(cases: &[Case], case: usize, asked: &str, said: &str, stated: &str) -> String {
    format!("- {}: {asked} {said}, expected {stated}\n", cases[case].label.file)
}

fn shown(seconds: Option<u64>) -> String {
    seconds.map_or_else(|| "none".to_owned(), |seconds| seconds.to_string())
}
