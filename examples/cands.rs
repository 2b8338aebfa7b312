//! dev
fn main() {
    for f in std::env::args().skip(1) {
        let raw = std::fs::read(&f).unwrap();
        let r = mailpick::extract(&raw);
        println!("=== {f}");
        for c in r.candidates(mailpick::Kind::PasswordReset).take(4) {
            println!("  {:.3} {:.2} {} target {:?} places {:?}", c.share, c.log_odds, c.answer.value.chars().take(110).collect::<String>(), c.target.as_ref().map(|t| t.0.chars().take(80).collect::<String>()), c.places.iter().map(|p| (p.0, p.1.len())).collect::<Vec<_>>());
        }
    }
}
