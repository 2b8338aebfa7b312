//! dev
fn main() {
    for f in std::env::args().skip(1) {
        let raw = std::fs::read(&f).unwrap();
        let r = mailpick::extract(&raw);
        for k in mailpick::Kind::ALL {
            for c in r.candidates(k).take(6) {
                let Some((vi, sp)) = c.places.last() else { continue };
                let view = &r.views()[*vi];
                let mut a = sp.start.saturating_sub(200); while !view.text.is_char_boundary(a) { a -= 1 }
                let mut b = (sp.end + 200).min(view.text.len()); while !view.text.is_char_boundary(b) { b -= 1 }
                let mut t: Vec<u8> = view.text.as_bytes().to_vec();
                for h in mailpick::lexicon::find(&view.text) { if h.span.end<=sp.start || h.span.start>=sp.end || k!=mailpick::Kind::Otp { for x in &mut t[h.span.clone()] { *x = b'#' } } }
                if k == mailpick::Kind::Otp { for x in &mut t[sp.clone()] { *x = b'@' } }
                println!("{}", serde_json::json!({"f": f, "k": k.name(), "v": c.answer.value, "t": String::from_utf8_lossy(&t[a..b])}));
            }
        }
    }
}
