//! dev
use std::collections::BTreeMap;
fn main() {
    let mut m: BTreeMap<(String, String), u32> = BTreeMap::new();
    for f in std::env::args().skip(1) {
        let raw = std::fs::read(&f).unwrap();
        let msg = mailpick::Message::parse(&raw);
        for v in mailpick::view::views(&msg) {
            for h in mailpick::lexicon::find(&v.text) { *m.entry((h.concept.name().to_owned(), v.text[h.span].to_lowercase())).or_default() += 1; }
        }
    }
    let mut l: Vec<_> = m.into_iter().collect(); l.sort_by_key(|x| std::cmp::Reverse(x.1));
    for ((c, p), n) in l.into_iter().take(4000) { println!("{n}\t{c}\t{p}"); }
}
