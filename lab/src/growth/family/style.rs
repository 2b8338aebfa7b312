//! Inline styles and style sheets.

use super::{HTML, families, repeat, series};

families! { bytes;
    "style: declarations of one element" => repeat(&format!("{HTML}<p style=\""), "color:red;", "\">483921", bytes),
    "style: one endless value" => repeat(&format!("{HTML}<p style=\"background:"), "a ", "\">483921", bytes),
    "style: one endless font" => repeat(&format!("{HTML}<p style=\"font:"), "1 ", "\">483921", bytes),
    "style: parentheses" => repeat(&format!("{HTML}<p style=\"color:"), "rgb(", "\">483921", bytes),
    "style: sizes of sizes" => repeat(HTML, "<span style=font-size:2em>a", "", bytes),
    "style: another size each" => series(HTML, |n| format!("<p style=font-size:{n}px>a"), "", bytes),
    "style: another colour each" => series(HTML, |n| format!("<p style=color:#{:06x}>a", n & 0xff_ffff), "", bytes),
    "style: hidden text" => repeat(HTML, "<div style=display:none>1</div>", "483921", bytes),
    "style: rules" => series(&format!("{HTML}<style>"), |n| format!(".a{n}{{color:red}}"), "</style><p class=a1>483921", bytes),
    "style: selectors of one rule" => series(&format!("{HTML}<style>"), |n| format!(".a{n},"), "b{color:red}</style><p class=a1>483921", bytes),
    "style: lists of lists of selectors" => repeat(&format!("{HTML}<style>p"), ":not(:is(:not(a,b),c))", "{color:red}</style><p>483921", bytes),
    "style: lists in lists" => repeat(&format!("{HTML}<style>p"), ":not(", "{color:red}</style><p>483921", bytes),
    "style: place among siblings" => {
        let rules = "p:nth-of-type(3n+1){color:red}".repeat(64);
        repeat(&format!("{HTML}<style>{rules}</style>"), "<p>1", "", bytes)
    },
    "style: nested at-rules" => repeat(&format!("{HTML}<style>"), "@media a{", "</style>483921", bytes),
    "style: comments" => repeat(&format!("{HTML}<style>"), "/*", "</style>483921", bytes),
    "style: sheets" => repeat(HTML, "<style>.a{display:none}</style><p class=a>1</p>", "483921", bytes),
    "style: rules and elements" => {
        let rules: String = (0..bytes / 40).map(|n| format!(".a{n}{{color:red}}")).collect();
        series(&format!("{HTML}<style>{rules}</style>"), |n| format!("<p class=a{n}>1"), "", bytes)
    },
}
