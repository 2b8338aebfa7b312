//! What a report tells beyond its answer, held against the labels that say it: `purpose` and `expires_s`.

pub(crate) mod record;

use std::fmt::Write as _;
use std::path::Path;

use anyhow::Result;
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
    fn add(&mut self, case: &Case, purpose: Option<Purpose>, expires_s: Option<u64>, misses: &mut String) {
        let label = &case.label;
        if let Some(stated) = &label.purpose {
            let said = purpose.map(|purpose| purpose.name().to_owned());
            let counts = match Purpose::ALL.iter().position(|purpose| stated.as_deref() == Some(purpose.name())) {
                Some(number) => &mut self.purposes[number],
                None => &mut self.unstated,
            };
            if !counts.add(stated.as_ref(), said.as_ref()) {
                let _ = writeln!(misses, "- {}: purpose {}, expected {}", label.file, shown(said), shown(stated.clone()));
            }
        }
        if let Some(stated) = &label.expires_s {
            let counts = if stated.is_some() { &mut self.expiries } else { &mut self.endless };
            if !counts.add(stated.as_ref(), expires_s.as_ref()) {
                let _ = writeln!(misses, "- {}: expiry {}, expected {}", label.file, shown(expires_s), shown(*stated));
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

    /// What the record has of a tag's mails.
    fn asked(self) -> [Counts; record::ASKED.len()] {
        [self.any(), self.expiries, self.endless]
    }
}

/// The tables over all mails with such a label, and over the fresh ones; a line for each mistake.
pub(crate) fn table(cases: &[Case], at_first: &Path) -> Result<String> {
    let firsts = record::read(at_first)?;
    let (mut all, mut fresh, mut misses): (_, Vec<Told>, _) = (Told::default(), firsts.iter().map(|_| Told::default()).collect(), String::new());
    for case in cases.iter().filter(|case| case.label.purpose.is_some() || case.label.expires_s.is_some()) {
        let report = extract(&case.raw);
        let (purpose, expires_s) = (report.purpose(), report.expires_in().map(|time| time.as_secs()));
        all.add(case, purpose, expires_s, &mut misses);
        for (first, told) in firsts.iter().zip(&mut fresh) {
            if case.label.tags.contains(&first.tag) {
                told.add(case, purpose, expires_s, &mut String::new());
            }
        }
    }
    let mut out =
        format!("# What a report tells beyond its answer\n\nThe rules were made with these mails in view: no estimate for others.\n\n## Purpose\n\n| the mail states | {HEAD}");
    for (purpose, counts) in Purpose::ALL.iter().zip(&all.purposes) {
        out.push_str(&counts.row(&format!("`{purpose}`")));
    }
    let _ = write!(out, "{}{}", all.any().row("any of them"), all.unstated.row("none"));
    let _ = write!(out, "\n## Expiry, in seconds\n\n| the mail states | {HEAD}{}{}", all.expiries.row("one"), all.endless.row("none"));
    out.push_str(
        "\n## Mails that no rule had seen\n\nLabelled by reading them before the engine was asked. *At first* is what it said then, before any rule was mended: the\n\
         estimate for mails to come. *Now* is what it says since, with these mails in view.\n",
    );
    for (first, told) in firsts.iter().zip(fresh) {
        let _ = write!(out, "\nTag `{}`:\n\n| | {HEAD}", first.tag);
        for ((asked, first), now) in record::ASKED.iter().zip(&first.counts).zip(told.asked()) {
            let _ = write!(out, "{}{}", first.row(&format!("{asked}, at first")), now.row(&format!("{asked}, now")));
        }
    }
    let _ = write!(out, "\n## Mistakes\n\n{misses}");
    Ok(out)
}

fn shown<T: ToString>(value: Option<T>) -> String {
    value.map_or_else(|| "none".to_owned(), |value| value.to_string())
}
