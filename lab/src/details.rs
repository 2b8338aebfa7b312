//! What a report tells beyond its answer, held against the labels that say it: `purpose` and `expires_s`.

use std::fmt::Write as _;

use mailpick::{Purpose, extract};

use crate::corpus::Case;
use crate::table::percent;

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

/// The tag of the mails that were labelled after the rules were made, from mails that no rule had seen.
const FRESH: &str = "details-fresh";
/// How the mails with that tag were read before any rule was mended for them: an estimate for mails to come, which the
/// figures of today are not.
const FRESH_AT_FIRST: [(&str, Counts); 3] = [
    ("purpose, at first", Counts { labelled: 199, right: 164, wrong: 23, missed: 12 }),
    ("expiry where one is stated, at first", Counts { labelled: 146, right: 110, wrong: 9, missed: 27 }),
    ("expiry where none is stated, at first", Counts { labelled: 39, right: 35, wrong: 4, missed: 0 }),
];
const HEAD: &str = "labelled | right | another told | none told |\n| --- | ---: | ---: | ---: | ---: |\n";

/// The counts over some mails.
#[derive(Default)]
struct Told {
    purposes: [Counts; Purpose::ALL.len()],
    unstated: Counts,
    expiries: Counts,
    endless: Counts,
}

impl Told {
    /// Counts one mail; each mistake is a line of `misses`.
    fn add(&mut self, case: &Case, misses: &mut String) {
        let (report, label) = (extract(&case.raw), &case.label);
        if let Some(stated) = &label.purpose {
            let said = report.purpose().map(|purpose| purpose.name().to_owned());
            let counts = match Purpose::ALL.iter().position(|purpose| stated.as_deref() == Some(purpose.name())) {
                Some(number) => &mut self.purposes[number],
                None => &mut self.unstated,
            };
            if !counts.add(stated.as_ref(), said.as_ref()) {
                let _ = writeln!(misses, "- {}: purpose {}, expected {}", label.file, shown(said), shown(stated.clone()));
            }
        }
        if let Some(stated) = &label.expires_s {
            let said = report.expires_in().map(|time| time.as_secs());
            let counts = if stated.is_some() { &mut self.expiries } else { &mut self.endless };
            if !counts.add(stated.as_ref(), said.as_ref()) {
                let _ = writeln!(misses, "- {}: expiry {}, expected {}", label.file, shown(said), shown(*stated));
            }
        }
    }

    /// All purposes together.
    fn any(&self) -> Counts {
        self.purposes.iter().fold(Counts::default(), |all, counts| Counts {
            labelled: all.labelled + counts.labelled,
            right: all.right + counts.right,
            wrong: all.wrong + counts.wrong,
            missed: all.missed + counts.missed,
        })
    }
}

/// The tables over all mails with such a label, and over the fresh ones; a line for each mistake.
pub(crate) fn table(cases: &[Case]) -> String {
    let (mut all, mut fresh, mut misses) = (Told::default(), Told::default(), String::new());
    for case in cases.iter().filter(|case| case.label.purpose.is_some() || case.label.expires_s.is_some()) {
        all.add(case, &mut misses);
        if case.label.tags.iter().any(|tag| tag == FRESH) {
            fresh.add(case, &mut String::new());
        }
    }
    let mut out =
        format!("# What a report tells beyond its answer\n\nThe rules were made with these mails in view: no estimate for others.\n\n## Purpose\n\n| the mail states | {HEAD}");
    for (purpose, counts) in Purpose::ALL.iter().zip(&all.purposes) {
        out.push_str(&counts.row(&format!("`{purpose}`")));
    }
    let _ = write!(out, "{}{}", all.any().row("any of them"), all.unstated.row("none"));
    let _ = write!(out, "\n## Expiry, in seconds\n\n| the mail states | {HEAD}{}{}", all.expiries.row("one"), all.endless.row("none"));
    let _ = write!(
        out,
        "\n## Mails that no rule had seen\n\nMails with the tag `{FRESH}`, drawn by a hash from two additions to the corpus and labelled by reading them\n\
         before the engine was asked. *At first* is what it said then, before any rule was mended: the estimate for mails to come.\n\
         *Now* is what it says since, with these mails in view.\n\n| | {HEAD}"
    );
    let now = [("purpose, now", fresh.any()), ("expiry where one is stated, now", fresh.expiries), ("expiry where none is stated, now", fresh.endless)];
    for ((name, first), (later, counts)) in FRESH_AT_FIRST.iter().zip(&now) {
        let _ = write!(out, "{}{}", first.row(name), counts.row(later));
    }
    let _ = write!(out, "\n## Mistakes\n\n{misses}");
    out
}

fn shown<T: ToString>(value: Option<T>) -> String {
    value.map_or_else(|| "none".to_owned(), |value| value.to_string())
}
