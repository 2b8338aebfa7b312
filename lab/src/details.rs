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

/// The table over all mails with such a label, and a line for each mistake.
pub(crate) fn table(cases: &[Case]) -> String {
    let (mut purposes, mut unstated): ([Counts; Purpose::ALL.len()], Counts) = Default::default();
    let (mut expiries, mut endless) = (Counts::default(), Counts::default());
    let mut misses = String::new();
    for case in cases.iter().filter(|case| case.label.purpose.is_some() || case.label.expires_s.is_some()) {
        let report = extract(&case.raw);
        if let Some(stated) = &case.label.purpose {
            let said = report.purpose().map(|purpose| purpose.name().to_owned());
            let counts = match Purpose::ALL.iter().position(|purpose| stated.as_deref() == Some(purpose.name())) {
                Some(number) => &mut purposes[number],
                None => &mut unstated,
            };
            if !counts.add(stated.as_ref(), said.as_ref()) {
                let _ = writeln!(misses, "- {}: purpose {}, expected {}", case.label.file, shown(said), shown(stated.clone()));
            }
        }
        if let Some(stated) = &case.label.expires_s {
            let said = report.expires_in().map(|time| time.as_secs());
            if !if stated.is_some() { &mut expiries } else { &mut endless }.add(stated.as_ref(), said.as_ref()) {
                let _ = writeln!(misses, "- {}: expiry {}, expected {}", case.label.file, shown(said), shown(*stated));
            }
        }
    }
    let head = "| the mail states | labelled | right | another told | none told |\n| --- | ---: | ---: | ---: | ---: |\n";
    let mut out = format!("# What a report tells beyond its answer\n\nThe rules were made with these mails in view: no estimate for others.\n\n## Purpose\n\n{head}");
    let mut all = Counts::default();
    for (purpose, counts) in Purpose::ALL.iter().zip(&purposes) {
        out.push_str(&counts.row(&format!("`{purpose}`")));
        all = Counts { labelled: all.labelled + counts.labelled, right: all.right + counts.right, wrong: all.wrong + counts.wrong, missed: all.missed + counts.missed };
    }
    let _ = write!(out, "{}{}\n## Expiry, in seconds\n\n{head}{}{}\n", all.row("any of them"), unstated.row("none"), expiries.row("one"), endless.row("none"));
    let _ = write!(out, "## Mistakes\n\n{misses}");
    out
}

fn shown<T: ToString>(value: Option<T>) -> String {
    value.map_or_else(|| "none".to_owned(), |value| value.to_string())
}
