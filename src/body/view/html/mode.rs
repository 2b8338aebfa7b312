//! Quirks mode: how a browser lays out a document without a doctype, or with one of the first years (HTML standard,
//! 13.2.6.4.1).

#![expect(clippy::string_slice, reason = "offsets come from searches in the same text, which end between characters")]

/// Public identifiers that ask for quirks mode, in lower case; of the standard's list those that mails carry.
const PUBLIC: [&str; 5] = ["-//w3c//dtd html 3.", "-//w3c//dtd html 4.0 transitional//", "-//w3c//dtd html 4.0 frameset//", "-//ietf//dtd html", "-//netscape"];
/// Those that do without a system identifier.
const PUBLIC_ALONE: [&str; 2] = ["-//w3c//dtd html 4.01 transitional//", "-//w3c//dtd html 4.01 frameset//"];

/// Looks at what stands before the first tag.
pub(super) fn is_quirks(html: &str) -> bool {
    let Some(declaration) = doctype(html) else { return true };
    let declaration = declaration.to_ascii_lowercase();
    let mut words = declaration.split(['"', '\'']);
    let (name, public) = (words.next().unwrap_or(""), words.next().unwrap_or(""));
    if !name.trim_start().starts_with("html") {
        return true;
    }
    let alone = words.nth(1).is_none();
    name.contains("public") && (PUBLIC.iter().any(|start| public.starts_with(start)) || (alone && PUBLIC_ALONE.iter().any(|start| public.starts_with(start))))
}

/// What stands in the doctype.
fn doctype(html: &str) -> Option<&str> {
    let mut rest = html.trim_start_matches('\u{feff}').trim_ascii_start();
    while let Some(comment) = rest.strip_prefix("<!--") {
        rest = comment[memchr::memmem::find(comment.as_bytes(), b"-->")? + 3..].trim_ascii_start();
    }
    if rest.starts_with("<?") {
        rest = rest[memchr::memchr(b'>', rest.as_bytes())? + 1..].trim_ascii_start();
    }
    let keyword = rest.get(..9).filter(|keyword| keyword.eq_ignore_ascii_case("<!doctype"))?;
    let rest = &rest[keyword.len()..];
    Some(&rest[..memchr::memchr(b'>', rest.as_bytes())?])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quirks_mode_is_asked_for_by_no_doctype_or_an_old_one() {
        for quirks in [
            "",
            "<p>",
            "x<!DOCTYPE html>",
            "<!DOCTYPE foo>",
            "<!DOCTYPE HTML PUBLIC \"-//W3C//DTD HTML 4.0 Transitional//EN\">",
            "<!DOCTYPE HTML PUBLIC '-//W3C//DTD HTML 4.01 Transitional//EN'>",
            "<!DOCTYPE html PUBLIC \"-//W3C//DTD HTML 3.2//EN\">",
        ] {
            assert!(is_quirks(quirks), "{quirks}");
        }
        for standards in [
            "\u{feff} <!-- x --><!doctype html>",
            "<?xml version=1?><!DOCTYPE html>",
            "<!DOCTYPE html PUBLIC \"-//W3C//DTD XHTML 1.0 Transitional//EN\" \"http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd\">",
            "<!DOCTYPE HTML PUBLIC \"-//W3C//DTD HTML 4.01 Transitional//EN\" \"http://www.w3.org/TR/html4/loose.dtd\">",
        ] {
            assert!(!is_quirks(standards), "{standards}");
        }
    }
}
