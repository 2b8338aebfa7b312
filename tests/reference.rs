//! The HTML reader held against a real tree builder, on every HTML part of the corpus.
//!
//! `src/body/view/html.rs` reads markup in one pass and without a tree; `tree/` says what the standard's algorithm and
//! a plain walk make of the same markup. They may differ where the pass leaves the tree's rules aside on purpose
//! (text in a table outside its cells stays in its place) and where a rule of visibility is not simple (colours).

mod tree;

use std::fs;
use std::path::{Path, PathBuf};

use mailpick::Message;
use mailpick::message::BodyKind;
use tree::Seen;

/// The tree of larger markup costs more than it tells.
const MAX_HTML_BYTES: usize = 200 << 10;
/// Parts with the same visible text, in percent. Measured 99.8: what differs is text in the colour of its background,
/// which the view leaves out and the walk does not look at.
const LEAST_SAME_TEXT: f64 = 99.0;
/// Parts with the same links, in percent. Measured 100.
const LEAST_SAME_LINKS: f64 = 99.5;

/// Where the readings of one part differ.
struct Difference {
    file: String,
    text: Option<String>,
    links: Option<String>,
}

#[test]
fn the_one_pass_reading_agrees_with_the_tree() {
    let mut files = Vec::new();
    mails(&Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus"), &mut files);
    files.sort();
    let (parts, differences) = compare_all(&files);
    assert!(parts > 0, "no mail of the corpus has an html part");
    let (texts, links): (Vec<String>, Vec<String>) = (
        differences.iter().filter_map(|d| Some(format!("{}: {}", d.file, d.text.as_ref()?))).collect(),
        differences.iter().filter_map(|d| Some(format!("{}: {}", d.file, d.links.as_ref()?))).collect(),
    );
    let share = |differing: usize| 100.0 * (parts - differing) as f64 / parts as f64;
    println!("{parts} html parts: {:.2} % with the same text, {:.2} % with the same links", share(texts.len()), share(links.len()));
    assert!(share(texts.len()) >= LEAST_SAME_TEXT, "{:.2} % of {parts} parts have the same text, expected {LEAST_SAME_TEXT} %:\n{}", share(texts.len()), texts.join("\n"));
    assert!(share(links.len()) >= LEAST_SAME_LINKS, "{:.2} % of {parts} parts have the same links, expected {LEAST_SAME_LINKS} %:\n{}", share(links.len()), links.join("\n"));
}

fn mails(folder: &Path, out: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap_or_else(|error| panic!("cannot read `{}`: {error}", folder.display())) {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            // Attacks hide by style sheets, which the walk does not read.
            if !path.ends_with("attacks") {
                mails(&path, out);
            }
        } else if path.extension().is_some_and(|extension| extension == "eml") {
            out.push(path);
        }
    }
}

/// How many parts were compared, and those that differ.
fn compare_all(files: &[PathBuf]) -> (usize, Vec<Difference>) {
    let results: Vec<(usize, Vec<Difference>)> = std::thread::scope(|scope| {
        let threads: Vec<_> = files.chunks(files.len().div_ceil(2).max(1)).map(|chunk| scope.spawn(move || chunk.iter().map(|file| compare(file)).collect::<Vec<_>>())).collect();
        threads.into_iter().flat_map(|thread| thread.join().expect("every mail is read")).collect()
    });
    results.into_iter().fold((0, Vec::new()), |(count, mut all), (parts, differences)| {
        all.extend(differences);
        (count + parts, all)
    })
}

fn compare(file: &Path) -> (usize, Vec<Difference>) {
    let raw = fs::read(file).unwrap_or_else(|error| panic!("cannot read `{}`: {error}", file.display()));
    let message = Message::parse(&raw);
    let parts = message.parts.iter().filter(|part| part.kind == BodyKind::Html && part.content.len() <= MAX_HTML_BYTES);
    let mut count = 0;
    let mut differences = Vec::new();
    for part in parts {
        count += 1;
        let (view, tree) = (Seen::by_view(&part.content), Seen::by_tree(&part.content));
        if view != tree {
            differences.push(Difference { file: file.display().to_string(), text: text_difference(&view.text, &tree.text), links: link_difference(&view.hrefs, &tree.hrefs) });
        }
    }
    (count, differences)
}

/// The two texts from where they part.
fn text_difference(view: &str, tree: &str) -> Option<String> {
    let same = view.chars().zip(tree.chars()).take_while(|(a, b)| a == b).count();
    let tail = |text: &str| text.chars().skip(same.saturating_sub(8)).take(48).collect::<String>();
    (view != tree).then(|| format!("view …{}… tree …{}…", tail(view), tail(tree)))
}

fn link_difference(view: &[String], tree: &[String]) -> Option<String> {
    let without = |some: &[String], others: &[String]| some.iter().filter(|href| !others.contains(href)).cloned().collect::<Vec<_>>();
    (view != tree).then(|| format!("only the view {:?}, only the tree {:?}", without(view, tree), without(tree, view)))
}
