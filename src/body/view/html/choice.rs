//! What a closed list shows: of its options the last that is `selected`, or else the first that can be chosen (HTML
//! standard, 4.10.7).

/// The options of a `select` as they come.
#[derive(Debug, Default)]
pub(super) struct Choice {
    text: String,
    found: bool,
    /// The option at hand is, so far, the one shown.
    reads: bool,
}

impl Choice {
    pub(super) fn option(&mut self, selected: bool, disabled: bool) {
        self.reads = selected || (!self.found && !disabled);
        if self.reads {
            self.found = true;
            self.text.clear();
        }
    }

    /// Text in the list, character references and all.
    pub(super) fn text(&mut self, raw: &str) {
        if self.reads {
            self.text.push_str(raw);
        }
    }

    pub(super) fn shown(&self) -> &str {
        &self.text
    }
}

#[cfg(test)]
mod tests {
    use crate::view::View;

    #[test]
    fn a_closed_list_shows_the_chosen_option() {
        for (options, shown) in [
            ("<option>a<option>b", "x a y"),
            ("<option>a</option><option selected>b</option><option>c</option>", "x b y"),
            ("<option disabled>a<option>b&amp;", "x b& y"),
            ("<optgroup label=l><option>a</optgroup>", "x a y"),
            ("", "x y"),
        ] {
            assert_eq!(View::of_html(&format!("x<select>{options}</select>y")).text, shown, "{options}");
        }
    }

    #[test]
    fn a_hidden_list_shows_nothing_and_an_open_one_all() {
        assert_eq!(View::of_html("<select hidden><option>a</select>").text, "");
        assert_eq!(View::of_html("<div style='display:none'><select><option>a</select></div>").text, "");
        assert_eq!(View::of_html("<select multiple><option>a<option>b</select>").text, "a\nb");
    }
}
