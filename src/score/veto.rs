//! The rules that no weight may overrule.
//!
//! | veto | attack | harmless twin |
//! |---|---|---|
//! | [`Veto::BidiControl`] | an override inside a code shows its digits in another order | marks around a code in Arabic or Hebrew text |
//!
//! What can never be an answer for other reasons never becomes a candidate: hidden text (the view leaves it out), links
//! that are not http or https, that carry user names or control characters (`candidate/link.rs`).

use crate::body::view::View;
use crate::candidate::code::CodeCandidate;
use crate::report::Veto;

pub(super) fn of_code(views: &[View], code: &CodeCandidate) -> Option<Veto> {
    let inside = code.occurrences.iter().any(|o| views[o.view].bidi_controls.iter().any(|at| (o.span.start + 1..o.span.end).contains(at)));
    inside.then_some(Veto::BidiControl)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::candidate::code::find_codes;

    fn veto(text: &str) -> Option<Veto> {
        let views = [View::of_text(text, false, false)];
        let (codes, _) = find_codes(&views, &crate::Limits::new());
        of_code(&views, &codes[0])
    }

    #[test]
    fn an_override_inside_a_code_forbids_it() {
        assert_eq!(veto("code 12\u{202e}3456"), Some(Veto::BidiControl));
    }

    #[test]
    fn marks_around_a_code_do_not() {
        assert_eq!(veto("code \u{2066}123456\u{2069}"), None);
    }
}
