//! dev
fn main() {
    for f in std::env::args().skip(1) {
        let raw = std::fs::read(&f).unwrap();
        let r = mailpick::extract(&raw);
        println!("=== {f}");
        for v in r.views() { println!("--- {:?} blocks {} links {}\n{}", v.source, v.blocks.len(), v.links.len(), v.text.chars().take(1500).collect::<String>()); }
        for k in mailpick::Kind::ALL {
            for c in r.candidates(k).take(3) {
                println!("{k} {} conf {} lo {:.2}", c.answer.value.chars().take(80).collect::<String>(), c.answer.confidence, c.log_odds);
                println!("    {}", c.evidence.iter().map(|e| format!("{}={:.1}", e.evidence.name(), e.weight)).collect::<Vec<_>>().join(" "));
            }
        }
    }
}
