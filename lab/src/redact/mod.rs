//! `lab redact`: makes a mail that can be given away of one that a person received.
//!
//! Names, addresses, hosts, codes, numbers, tokens and identifiers become random ones of the same shape and length, in every
//! header field and text part, under every encoding that they stand in; a value becomes the same value wherever it stands.
//! Structure, wording, markup, boundaries, dates and times stay. Files become filler. Afterwards the engine reads both
//! mails: what it says must be the same, up to the replacement.
//!
//! What it does not do, and a person has to look for:
//!
//! - Names that stand in no address field, after no greeting and beside no address ("your neighbour Ines called").
//! - Names that are words the engine knows ("April"); the tool names them.
//! - Facts in words: a street, a town, an employer, an amount of fewer than four digits, a date of birth.
//! - Text in pictures on the web, and boundaries, which stay as they are.
//! - The wording of the sender, who may own it.

mod body;
mod check;
mod header;
mod html;
mod ledger;
mod mail;
mod names;
#[cfg(test)]
mod tests;
mod text;
mod url;
mod words;

use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::io::{Read, Write};
use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use mail_parser::MessageParser;
use mailpick::{Kind, Limit, Report};

use check::Change;
use ledger::{Ledger, Sort, key};
use names::Names;

/// Options of `lab redact`.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Where to write the mail, instead of standard output.
    #[arg(long)]
    out: Option<PathBuf>,
    /// Draw the same replacements in every run. Whoever knows the seed cannot undo them, but do not give it away.
    #[arg(long)]
    seed: Option<u64>,
    /// List the original values too. They are secrets.
    #[arg(long)]
    show_values: bool,
    /// Leave the sender's name and domain.
    #[arg(long)]
    keep_sender: bool,
    /// The mail, or `-` for standard input.
    file: PathBuf,
}

/// How often replacements are drawn anew when the answer changes: a random token can contain a word that is evidence.
const MAX_ATTEMPTS: u8 = 8;
/// From here on a candidate is taken for a code even where it reads as a word or a year.
const LIKELY: f64 = 0.2;

/// Runs the command. The exit code: 0 where the answer is the same, 1 where it is not, 2 where the mail cannot be read.
pub(crate) fn run(options: &Options) -> i32 {
    match try_run(options) {
        Ok(same) => i32::from(!same),
        Err(error) => {
            eprintln!("error: {error:#}");
            2
        }
    }
}

fn try_run(options: &Options) -> Result<bool> {
    let name = options.file.display();
    let mut raw = Vec::new();
    if options.file.as_os_str() == "-" {
        std::io::stdin().read_to_end(&mut raw).context("cannot read standard input")?;
    } else {
        raw = fs::read(&options.file).with_context(|| format!("cannot read `{name}`"))?;
    }
    let outcome = redact(&raw, seed(options.seed)?, options.keep_sender).with_context(|| format!("cannot redact `{name}`"))?;
    match &options.out {
        Some(path) => fs::write(path, &outcome.mail).with_context(|| format!("cannot write `{}`", path.display()))?,
        None => std::io::stdout().write_all(&outcome.mail).context("cannot write to standard output")?,
    }
    eprint!("{}", outcome.listing(options.show_values));
    Ok(outcome.changes.is_empty())
}

fn seed(number: Option<u64>) -> Result<[u8; 32]> {
    let mut seed = [0; 32];
    match number {
        Some(number) => seed[..8].copy_from_slice(&number.to_le_bytes()),
        None => getrandom::fill(&mut seed).map_err(|error| anyhow::anyhow!("no random numbers: {error}"))?,
    }
    Ok(seed)
}

/// A redacted mail and what is to be said of it.
struct Outcome {
    mail: Vec<u8>,
    redactor: Redactor,
    changes: Vec<Change>,
    survivors: Vec<(Sort, String)>,
}

/// Everything that is known while a mail is rewritten.
struct Redactor {
    ledger: Ledger,
    names: Names,
    /// Codes that the engine found, longest first.
    codes: Vec<String>,
    kept_domains: HashSet<String>,
}

fn redact(raw: &[u8], seed: [u8; 32], keep_sender: bool) -> Result<Outcome> {
    let before = mailpick::extract(raw);
    // What shows no more than it should is all the same to whoever redacts; what was not read cannot be redacted.
    let beyond = |limit: &&Limit| {
        use Limit::*;
        matches!(limit, MessageBytes | HeaderBytes | FieldBytes | Fields | Continuations | Parts | MultipartDepth | MessageDepth | PartBytes)
    };
    if let Some(limit) = before.limits_hit().iter().find(beyond) {
        bail!("{limit}");
    }
    let mut best: Option<Outcome> = None;
    for attempt in 0..MAX_ATTEMPTS {
        let mut seed = seed;
        seed[31] = seed[31].wrapping_add(attempt);
        let outcome = attempt_with(raw, &before, seed, keep_sender)?;
        if best.as_ref().is_none_or(|best| outcome.changes.len() < best.changes.len()) {
            best = Some(outcome);
        }
        if best.as_ref().is_some_and(|best| best.changes.is_empty()) {
            break;
        }
    }
    best.context("nothing was drawn")
}

fn attempt_with(raw: &[u8], before: &Report, seed: [u8; 32], keep_sender: bool) -> Result<Outcome> {
    let Some(message) = MessageParser::default().parse(raw).filter(|message| !message.parts.is_empty() && !message.headers().is_empty()) else {
        bail!("no header fields: this is no mail")
    };
    let mut redactor = Redactor { ledger: Ledger::new(seed), names: Names::learn(&message, before, keep_sender), codes: Vec::new(), kept_domains: HashSet::new() };
    if keep_sender {
        redactor.kept_domains =
            message.from().into_iter().flat_map(|from| from.iter()).filter_map(|from| psl::domain_str(from.address()?.rsplit('@').next()?).map(str::to_lowercase)).collect();
    }
    for name in redactor.names.tracked() {
        redactor.ledger.track(&name);
        redactor.ledger.draw(Sort::Name, &name);
    }
    redactor.learn_codes(before);
    let mail = redactor.mail(raw, &message);
    let changes = check::changes(&mut redactor, before, &mailpick::extract(&mail));
    let survivors = check::survivors(&redactor, &mail);
    Ok(Outcome { mail, redactor, changes, survivors })
}

impl Redactor {
    /// Every string that the engine could take for a code, but for words, years, dates and quantities.
    fn learn_codes(&mut self, report: &Report) {
        for candidate in report.candidates(Kind::Otp) {
            let value = &candidate.answer.value;
            let plain = key(value.chars());
            let likely = candidate.answer.confidence >= LIKELY;
            let written = candidate.places.first().and_then(|(view, span)| report.views()[*view].text.get(span.clone())).unwrap_or(value);
            if self.codes.contains(&plain) || !likely && (!plain.bytes().any(|c| c.is_ascii_digit()) || text::is_everyday(written)) {
                continue;
            }
            if let Some((prefix, digits)) =
                value.split_once('-').filter(|(prefix, digits)| prefix.len() <= 4 && prefix.bytes().all(|c| c.is_ascii_alphabetic()) && digits.bytes().all(|c| c.is_ascii_digit()))
            {
                let new = format!("{prefix}{}", self.ledger.draw(Sort::Code, digits));
                self.ledger.settle(Sort::Code, value, &new);
                self.codes.push(key(digits.chars()));
            }
            self.ledger.draw(Sort::Code, value);
            if likely && plain.len() >= 5 {
                self.ledger.track(&plain);
            }
            self.codes.push(plain);
        }
        self.codes.sort_by_key(|code| std::cmp::Reverse(code.chars().count()));
    }

    /// What an answer of the original mail is in the new one.
    fn answer(&mut self, kind: Kind, value: &str) -> String {
        let mut chars: Vec<char> = value.chars().collect();
        match kind {
            Kind::Otp if self.ledger.knows(value) => {
                let count = chars.len();
                self.ledger.put(Sort::Code, &mut chars, 0..count);
            }
            Kind::Otp => {}
            _ => self.url(&mut chars),
        }
        chars.into_iter().collect()
    }
}

impl Outcome {
    /// What was replaced, what somebody should look at, and whether the answer is the same.
    fn listing(&self, show_values: bool) -> String {
        let mut out = String::new();
        let mut by_sort: BTreeMap<Sort, (usize, usize, Vec<usize>)> = BTreeMap::new();
        for entry in self.redactor.ledger.entries() {
            let length = entry.new.chars().count();
            if show_values {
                out += &format!("{}\t{} places\t{length} characters\t{} -> {}\n", entry.sort.name(), entry.places, entry.old, entry.new);
            }
            let row = by_sort.entry(entry.sort).or_default();
            row.0 += 1;
            row.1 += entry.places;
            row.2.push(length);
        }
        for (sort, (values, places, lengths)) in by_sort {
            let (least, most) = (lengths.iter().min().unwrap_or(&0), lengths.iter().max().unwrap_or(&0));
            out += &format!("replaced {values} of kind {} in {places} places, {least} to {most} characters long\n", sort.name());
        }
        if self.redactor.ledger.filled > 0 {
            out += &format!("filled {} signatures, opaque fields and files\n", self.redactor.ledger.filled);
        }
        for name in &self.redactor.names.kept {
            out += &format!("look: part of a name stays because it is a word too{}\n", if show_values { format!(": {name}") } else { String::new() });
        }
        for (sort, old) in &self.survivors {
            out += &format!("look: a replaced {} can still be read somewhere{}\n", sort.name(), if show_values { format!(": {old}") } else { String::new() });
        }
        for change in &self.changes {
            out += &format!("changed: {change}\n");
        }
        out + if self.changes.is_empty() {
            "the answer is the same, up to the replacement; read the mail once more before you give it away\n"
        } else {
            "the answer is not the same: say so when you give the mail away\n"
        }
    }
}
