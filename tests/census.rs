//! How often each piece of evidence is seen over part of the corpus and over the attacks, and how sure the engine is: any change of
//! what is seen or said is a difference of `tests/census.tsv`, to be reviewed. `MAILPICK_REFRESH=1 cargo test --test census` writes it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, thread};

use mailpick::{Kind, Report};

const CENSUS: &str = "tests/census.tsv";
/// Every so many-th mail of the corpus is read; all would take minutes.
const EVERY: usize = 4;
const THREADS: usize = 2;

type Counts = BTreeMap<(String, String), usize>;

#[test]
fn what_is_seen_is_what_was_reviewed() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files: Vec<PathBuf> = labelled(&root.join("corpus")).into_iter().step_by(EVERY).collect();
    files.extend(labelled(&root.join("corpus/attacks")));
    let counts = thread::scope(|scope| {
        let threads: Vec<_> = files.chunks(files.len().div_ceil(THREADS)).map(|files| scope.spawn(move || count(files))).collect();
        let all = threads.into_iter().flat_map(|thread| thread.join().expect("every mail is read"));
        all.fold(Counts::new(), |mut sum, (key, count)| {
            *sum.entry(key).or_default() += count;
            sum
        })
    });
    let mut table = String::from("# How often each is seen. Written by `MAILPICK_REFRESH=1 cargo test --test census`; see there.\n");
    for ((of, what), count) in &counts {
        let _ = writeln!(table, "{of}\t{what}\t{count}");
    }
    let path = root.join(CENSUS);
    if env::var_os("MAILPICK_REFRESH").is_some() {
        return fs::write(&path, table).expect("written");
    }
    let known = fs::read_to_string(&path).unwrap_or_else(|error| panic!("cannot read `{}`: {error}", path.display()));
    let (there, seen): (BTreeSet<&str>, BTreeSet<&str>) = (known.lines().collect(), table.lines().collect());
    let (gone, added): (Vec<&str>, Vec<&str>) = (there.difference(&seen).copied().collect(), seen.difference(&there).copied().collect());
    assert!(gone.is_empty() && added.is_empty(), "{CENSUS} does not say what is so; review, and refresh it.\nthere:\n{}\nseen:\n{}", gone.join("\n"), added.join("\n"));
}

/// The mails that a folder's `labels.jsonl` names, in its order.
fn labelled(folder: &Path) -> Vec<PathBuf> {
    let path = folder.join("labels.jsonl");
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("cannot read `{}`: {error}", path.display()));
    let file = |line| serde_json::from_str::<serde_json::Value>(line).ok()?["file"].as_str().map(|file| folder.join(file));
    text.lines().map(|line| file(line).unwrap_or_else(|| panic!("no label: {line}"))).collect()
}

fn count(files: &[PathBuf]) -> Counts {
    let mut counts = Counts::new();
    for file in files {
        let raw = fs::read(file).unwrap_or_else(|error| panic!("cannot read `{}`: {error}", file.display()));
        add(&mailpick::extract(&raw), &mut counts);
    }
    counts
}

fn add(report: &Report, counts: &mut Counts) {
    let mut seen = |of: &str, what: String| *counts.entry((of.to_owned(), what)).or_default() += 1;
    seen("mail", report.status().name().to_owned());
    for limit in report.limits_hit() {
        seen("mail", format!("limit {limit:?}"));
    }
    for kind in Kind::ALL {
        for candidate in report.candidates(kind) {
            seen(kind.name(), format!("confidence {:.1}", candidate.answer.confidence));
            candidate.flags.iter().for_each(|flag| seen(kind.name(), format!("flag {flag:?}")));
            // Pairs come and go with each fit.
            for single in candidate.evidence.iter().filter(|contribution| contribution.with.is_none()) {
                seen(kind.name(), single.name());
            }
        }
    }
}
