//! dev
fn main() {
    for f in std::env::args().skip(1) {
        let (f, v) = f.split_once('=').unwrap();
        let raw = std::fs::read(f).unwrap();
        let r = mailpick::extract(&raw);
        println!("=== {f} {v}");
        if let Some(s)=r.views().first() { println!("  S: {}", s.text); }
        for c in r.candidates(mailpick::Kind::Otp).filter(|c| c.answer.value == v) {
            if let Some((vi, sp)) = c.places.last() { let view=&r.views()[*vi];
              let mut a=sp.start.saturating_sub(160); while !view.text.is_char_boundary(a){a-=1} let mut b=(sp.end+160).min(view.text.len()); while !view.text.is_char_boundary(b){b-=1}
              println!("  {}", view.text[a..b].replace('\n', " | "));
              println!("  {}", c.evidence.iter().map(|e| e.evidence.name()).filter(|n| n.contains('/') && !n.contains("body") ).collect::<Vec<_>>().join(" ")); }
        }
    }
}
