//! What a style sheet hides and what it shows: a table of sheet, markup and the text that a person sees.
//!
//! The reading is that of a browser with a desktop screen in light mode, where the table of `src/body/view/html.rs` says no other.

use std::fmt::Write;

use mailpick::view::View;
use mailpick::{Limit, Message};

/// Sheet, markup, visible text with blocks divided by `|`.
const FIXTURES: &[(&str, &str, &str)] = &[
    // Selectors.
    (".x{display:none}", "a<span class='y x'>b</span>c", "ac"),
    ("#x{display:none}", "a<span id=x>b</span>c", "ac"),
    ("span{display:none}", "a<SPAN>b</SPAN>c", "ac"),
    ("*{display:none}", "a<span>b</span>c", ""),
    ("span.x#y{display:none}", "<span class=x>a</span><span class=x id=y>b</span>", "a"),
    ("[title]{display:none}", "a<span title>b</span>c", "ac"),
    ("[title=b]{display:none}", "<i title=b>a</i><i title=bc>b</i>", "b"),
    ("*[class='x y']{display:none}", "<i class='x y'>a</i><i class='y x'>b</i>", "b"),
    ("[class~=x]{display:none}", "<i class='y x'>a</i><i class=xy>b</i>", "b"),
    ("[class^=x]{display:none}", "<i class=xa>a</i><i class=ax>b</i>", "b"),
    ("[class$=x]{display:none}", "<i class=xa>a</i><i class=ax>b</i>", "a"),
    ("[class*=x]{display:none}", "<i class=axa>a</i><i class=aa>b</i>", "b"),
    ("[lang|=en]{display:none}", "<i lang=en-GB>a</i><i lang=enx>b</i>", "b"),
    ("[title=B i]{display:none}", "<i title=b>a</i><i>b</i>", "b"),
    (".x .y{display:none}", "<div class=x><p><i class=y>a</i></p></div><i class=y>b</i>", "b"),
    (".x > .y{display:none}", "<div class=x><i class=y>a</i><b><i class=y>b</i></b></div>", "b"),
    (".x + .y{display:none}", "<i class=x>a</i><i class=y>b</i><i class=y>c</i>", "ac"),
    (".x ~ .y{display:none}", "<i class=x>a</i><b>b</b><i class=y>c</i><i class=y>d</i>", "ab"),
    ("img + i{display:none}", "<img src=x><i>a</i><b>b</b>", "b"),
    (".a .b > .c{display:none}", "<div class=a><div class=b><div class=b><p>x<i class=c>y</i></p><i class=c>z</i></div></div></div>", "xy"),
    ("i:first-child{display:none}", "<p><i>a</i><i>b</i></p>", "b"),
    ("i:nth-child(2){display:none}", "<p><i>a</i><i>b</i><i>c</i></p>", "ac"),
    ("i:nth-child(even){display:none}", "<p><i>a</i><i>b</i><i>c</i><i>d</i></p>", "ac"),
    ("i:nth-child(odd){display:none}", "<p><i>a</i><i>b</i><i>c</i><i>d</i></p>", "bd"),
    ("i:nth-child(3n+1){display:none}", "<p><i>a</i><i>b</i><i>c</i><i>d</i></p>", "bc"),
    ("i:nth-child(-n+2){display:none}", "<p><i>a</i><i>b</i><i>c</i></p>", "c"),
    ("tr:nth-child(2) td{display:none}", "<table><tr><td>a<tr><td>b<tr><td>c</table>", "a|c"),
    ("i:nth-of-type(2){display:none}", "<p><i>a</i><b>b</b><i>c</i><i>d</i></p>", "abd"),
    ("i:first-of-type{display:none}", "<p><b>a</b><i>b</i><i>c</i></p>", "ac"),
    (".x:not(.y){display:none}", "<i class=x>a</i><i class='x y'>b</i>", "b"),
    ("i:not(.y, #z){display:none}", "<i>a</i><i class=y>b</i><i id=z>c</i>", "bc"),
    (".x:not(:hover){display:none}", "<i class=x>a</i>b", "b"),
    ("i:not(:first-child){display:none}", "<p><i>a</i><i>b</i><i>c</i></p>", "a"),
    ("i:is(.x, .y){display:none}", "<i class=x>a</i><i class=y>b</i><i>c</i>", "c"),
    ("i:where(.x):not(.y){display:none}", "<i class=x>a</i><i class='x y'>b</i>", "b"),
    ("i:is(#x){display:none}.a.b{display:inline}", "<i class='a b' id=x>a</i>b", "b"),
    ("i:where(#x){display:none}.a{display:inline}", "<i class=a id=x>a</i>b", "ab"),
    ("i:is(:made-up(a, b) c, .x){display:none}", "<i class=x>a</i>b", "b"),
    ("i, .x{display:none}", "<i>a</i><b class=x>b</b><b>c</b>", "c"),
    ("body .x{display:none}", "a<span class=x>b</span>", "a"),
    ("html body > .x{display:none}", "a<span class=x>b</span>", "a"),
    (":root .x{display:none}", "<html><body>a<span class=x>b</span>", "a"),
    ("body.x .y{display:none}", "<body class=x>a<span class=y>b</span>", "a"),
    ("a:link{display:none}", "<a href=https://x.ex/>a</a><a>b</a>", "b"),
    ("#t:checked ~ .x{display:none}", "<input type=checkbox id=t checked><i class=x>a</i>", ""),
    ("#t:checked ~ .x{display:none}", "<input type=checkbox id=t><i class=x>a</i>", "a"),
    // What never matches, and what voids a rule.
    (".x:hover, .x::before, .x:visited, .x:not(:last-child){display:none}", "<i class=x>a</i>", "a"),
    (".x:hover, .x{display:none}", "<i class=x>a</i>", ""),
    (".x:not(:made-up){display:none}", "<i class=x>a</i>", "a"),
    (".x, :made-up{display:none}", "<i class=x>a</i>", "a"),
    (".X{display:none}", "<i class=x>a</i>", "a"),
    // Character references in attributes, escapes in selectors.
    (".x{display:none}", "<i class='&#120;'>a</i>b", "b"),
    (".\\78 {display:none}", "<i class=x>a</i>b", "b"),
    // Order, specificity, importance.
    (".x{display:none}.x{display:inline}", "<i class=x>a</i>", "a"),
    ("i.x{display:none}.x{display:inline}", "<i class=x>a</i>", ""),
    ("#x{display:inline}.x.y.z{display:none}", "<i class='x y z' id=x>a</i>", "a"),
    (".x{display:none!important}.x{display:inline}", "<i class=x>a</i>", ""),
    (".x{display:none}", "<i class=x style='display:inline'>a</i>", "a"),
    (".x{display:none!important}", "<i class=x style='display:inline'>a</i>", ""),
    (".x{display:none!important}", "<i class=x style='display:inline!important'>a</i>", "a"),
    (".x{display:block}", "<i class=x style='display:none'>a</i>b", "b"),
    // At-rules.
    ("@media screen{.x{display:none}}", "a<i class=x>b</i>", "a"),
    ("@media print{.x{display:none}}", "a<i class=x>b</i>", "ab"),
    ("@media (max-width:600px){.x{display:none}}", "a<i class=x>b</i>", "ab"),
    ("@media only screen and (min-width:600px){.x{display:none}}", "a<i class=x>b</i>", "a"),
    ("@media (prefers-color-scheme:dark){.x{display:none}}", "a<i class=x>b</i>", "ab"),
    ("@media screen{@media (min-width:1px){.x{display:none}}}", "a<i class=x>b</i>", "a"),
    (".x{display:none}@media (max-width:600px){.x{display:block!important}}", "a<i class=x>b</i>", "a"),
    ("@supports (display:grid){.x{display:none}}", "a<i class=x>b</i>", "ab"),
    ("@import url(x.css);@font-face{font-family:x}.x{display:none}", "a<i class=x>b</i>", "a"),
    ("@made-up foo{.x{display:none}}", "a<i class=x>b</i>", "ab"),
    ("<!-- .x{display:none} -->", "a<i class=x>b</i>", "a"),
    // Bad style sheets lose their own rule.
    (".y{color:red;;display:;}.x{display:none", "a<i class=x>b</i>", "a"),
    ("}}}.x{display:none}.x{display:none}", "a<i class=x>b</i>", "a"),
    (".y{.z{display:none}}.x{display:none}", "<i class=y>a</i><i class=x>b</i>", "a"),
    (".x{display:none;display:nonsense}", "a<i class=x>b</i>", "a"),
    ("/* .x{display:none}", "a<i class=x>b</i>", "ab"),
    // Ways to hide.
    (".x{visibility:hidden}", "a<i class=x>b</i>", "a"),
    (".x{visibility:hidden}.y{visibility:visible}", "a<i class=x>b<b class=y>c</b></i>", "ac"),
    (".x{font-size:0}", "a<i class=x>b</i>", "a"),
    (".x{font-size:0}.y{font-size:2em}", "<i class=x>a<b class=y>b</b></i>", ""),
    (".x{font-size:0}.y{font-size:14px}", "<i class=x>a<b class=y>b</b></i>", "b"),
    (".x{font-size:0}", "<div class=x><h1>a</h1></div>", ""),
    ("html{font-size:0}.x{font-size:1rem}.y{font-size:12px}", "<html><i class=x>a</i><i class=y>b</i>", "b"),
    (".x{font:0/0 a}", "a<i class=x>b</i>", "a"),
    (".x{opacity:0}", "a<i class=x>b</i>", "a"),
    (".x{opacity:.2}", "<i class=x>a<b class=x>b</b></i>", "a"),
    (".x{filter:opacity(0)}", "a<i class=x>b</i>", "a"),
    (".x{color:#fff}", "a<i class=x>b</i>", "a"),
    (".x{color:transparent}", "a<i class=x>b</i>", "a"),
    (".x{-webkit-text-fill-color:transparent}", "a<i class=x>b</i>", "a"),
    (".x{background:#123456}.y{color:#123456}", "<div class=x>a<i class=y>b</i></div>", "a"),
    (".x{background:#000}.y{background:rgba(255,255,255,.98)}.z{color:#fafafa}", "<div class=x><div class=y>a<i class=z>b</i></div></div>", "a"),
    (".x{max-height:0;overflow:hidden}", "a<div class=x>b</div>", "a"),
    (".x{width:1px;height:1px;overflow:hidden;display:inline-block}", "a<i class=x>b</i>", "a"),
    (".x{line-height:0;overflow:hidden}", "a<div class=x>b</div>", "a"),
    (".x{position:absolute;left:-9999px}", "a<i class=x>b</i>", "a"),
    (".x{position:absolute;clip:rect(0,0,0,0)}", "a<i class=x>b</i>", "a"),
    (".x{clip-path:inset(100%)}", "a<i class=x>b</i>", "a"),
    (".x{transform:scale(0)}", "a<div class=x>b</div>", "a"),
    (".x{text-indent:-9999px}", "a<div class=x>b</div>", "a"),
    (".x{content-visibility:hidden}", "a<div class=x>b</div>", "a"),
    ("", "a<div hidden>b</div><dialog>c</dialog>", "a"),
    ("[hidden]{display:block}", "a<div hidden>b</div>", "a|b"),
    // What merely looks like hiding.
    (".x{color:#fff}.y{background:#06c}", "<div class=y><i class=x>a</i></div>", "a"),
    (".x{color:#fff}", "<table bgcolor=#0066cc><tr><td class=x>a</table>", "a"),
    (".y{background:url(x.png)}.x{color:#fff}", "<div class=y><i class=x>a</i></div>", "a"),
    (".x{color:#999;font-size:11px}", "<p class=x>a</p>", "a"),
    (".x{height:0;overflow:hidden}", "a<i class=x>b</i>", "ab"),
    (".x{height:0;overflow:hidden}", "<table><tr><td class=x>a</table>", "a"),
    (".x{display:contents;height:0;overflow:hidden;opacity:0}", "<div class=x>a</div>", "a"),
    (".x{text-indent:-9999px}.y{text-indent:0}", "<div class=x><p class=y>a</p></div>", "a"),
    (".x{color:#fff}", "<div class=x><a href=https://x.ex/>a</a></div>", "a"),
    (".x{line-height:0;overflow:hidden}.y{line-height:1.5}", "<div class=x><p class=y>a</p></div>", "a"),
    (":root{--b:#06c}.x{background:var(--b);color:#fff}", "<i class=x>a</i>", "a"),
    (".x{font-size:0}.y{font-size:clamp(1rem,2vw,3rem)}", "<div class=x><p class=y>a</p></div>", "a"),
    (".x{background:#be0143}.y{color:#be0143}", "<div class=x><a href=https://x.ex/></div><div class=y>a</div>", "a"),
    // Hidden inline elements leave no gap; visible digits are one number.
    (".x{display:none}", "4<span class=x>9</span>8<span class=x> 1 </span>3<b class=x><div>7</div></b>9<span class=x> </span>2", "48392"),
    (".x{font-size:0}", "4<span class=x>9</span>8<span class=x> </span>3", "483"),
    (".x{display:none}", "4<div class=x>9</div>8<br class=x>3<p class=x></p>9<hr class=x>2", "48392"),
    (".x{display:none}", "4<span class=x>9<br>1<hr></span>8", "48"),
    (".x{display:none}", "a<div>b</div>c", "a|b|c"),
    // Sheets in other places; conditional comments as a client other than Outlook reads them.
    ("", "<span class=x>a</span>b<style>.x{display:none}</style>", "b"),
    ("", "<span class=x>a</span>b<STYLE media=print>.x{display:none}</STYLE>", "ab"),
    ("", "<style media='screen and (min-width:1px)'>.x{display:none}</style><i class=x>a</i>b", "b"),
    ("", "<style type=text/less>.x{display:none}</style><i class=x>a</i>", "a"),
    ("", "<template><style>.x{display:none}</style></template><i class=x>a</i>", "a"),
    ("", "<!--[if mso]><style>.x{display:none}</style>m<![endif]--><!--[if !mso]><!--><i class=x>a</i><!--<![endif]-->b", "ab"),
    ("", "<style>.x{display:none}</style><style>.x{display:inline}</style><i class=x>a</i>", "a"),
    // Elements with content of their own kind.
    ("", "a<noscript>b</noscript>", "ab"),
    ("", "a<template>b</template><object>c</object><iframe>d</iframe><video>e</video><audio>f</audio><canvas>g</canvas>", "a"),
    ("", "a<svg><text>b</text><title>c</title><desc>d</desc></svg><math><mn>4</mn></math>", "a"),
    ("", "a<svg/>b", "ab"),
    ("", "a<select><option>b</select>c<textarea>d&amp;<b>e</textarea>f", "a b c d&<b>e f"),
    ("", "a<input type=submit value=b><input placeholder=c>d<button>e</button>f<input type=image alt=g>", "a b c d e f g"),
    ("", "<i style='color:#fff;font-size:0'><textarea>a</textarea><select><option>b</select>c</i>", "a b"),
    ("", "a<meter>b</meter><progress>c</progress><ruby>d<rp>(</rp><rt>e</rt><rp>)</ruby>", "ade"),
    ("", "<details><summary>a</summary>b</details><details open><summary>c</summary>d</details><dialog open>e</dialog>", "a|c|d|e"),
    ("", "<bdo dir=rtl>1</bdo><s>2</s><del>3</del>", "123"),
    // Boxes beside one another.
    (".x{display:flex}", "<div class=x><span>PIN</span><span>6041</span></div>", "PIN 6041"),
    (".x{display:grid}", "<div class=x><b>PIN</b>6041</div>", "PIN 6041"),
    (".x{display:inline-flex}", "a<div class=x><b>PIN</b><b>6041</b></div>", "a|PIN 6041"),
    (".x{display:inline-block;width:200px}", "<span class=x>Code</span><span class=x>483921</span>", "Code 483921"),
    (".x{display:inline-block;width:50%}", "<span class=x>Code</span><span class=x>483921</span>", "Code 483921"),
    (".x{display:inline-block;padding:5px 15px}", "<a class=x href=https://x.ex/>Agenda</a><a class=x href=https://y.ex/>Venue</a>", "Agenda Venue"),
    (".x{display:inline-block}", "<b class=x>48</b><b class=x>39</b>", "4839"),
    (".x{float:left}", "<span class=x>Code</span><span>483921</span>", "Code 483921"),
    (".x{display:table-cell}", "<span class=x>Code</span><span class=x>483921</span>", "Code 483921"),
    (".x{display:inline-block;visibility:hidden;width:99px}", "4<i class=x>9</i>8", "48"),
    (".x{position:absolute;visibility:hidden}", "4<i class=x>9</i>8", "48"),
    (".x{margin-left:160px}", "<b>4526</b><span class=x>9194</span>", "4526 9194"),
    // Boxes of one letter each are one word.
    (".x{display:inline-block;width:40px;font-size:24px}", "<div class=x>4</div><div class=x>8</div>", "48"),
    (".x{display:inline-block;padding:12px}", "<span class=x>4</span><span class=x><b>8</b></span>", "48"),
    (".x{display:flex}", "<div class=x><div>Code</div><div>4</div><div>&#56;</div></div>", "Code|48"),
    (".x{float:left;width:30px}", "<b class=x>4</b><b class=x>8</b>", "48"),
    (".x{display:inline-block;width:200px}", "<b class=x>4</b><b class=x>8</b>", "4 8"),
    // Colours that nothing sets.
    ("", "<body bgcolor=#000000>a<p style='color:#eee'>b</p>", "b"),
    ("", "<body bgcolor=#000000 text=#ffffff>a", "a"),
    (".x{color:#fff}", "y<div class=x>z<table><tr><td>shown</table></div>", "y|shown"),
    ("", "<table bgcolor=#000000>a<tr><td>b<td bgcolor=#ffffff>c</table>", "a|c"),
    ("", "<b>a</b><b style='color:#fff'>&nbsp;</b><b>b</b>", "a b"),
];

#[test]
fn in_standards_mode_a_table_inherits_its_colour() {
    let html = "<div style='color:#fff'>x<table><tr><td>y</table></div>";
    assert_eq!(View::of_html(&format!("<!DOCTYPE html>{html}")).text, "");
    assert_eq!(View::of_html(html).text, "y");
}

/// Markup of a link, and whether a person can see and press it.
const LINKS: &[(&str, bool)] = &[
    ("<a href=H></a>", false),
    ("<a href=H><br><br></a>", false),
    ("<a href=H> </a>", false),
    ("<a href=H><img src=x width=1 height=1></a>", false),
    ("<a href=H><img src=x style='width:1px;height:1px'></a>", false),
    ("<a href=H style='color:#fff'>a</a>", false),
    ("<a href=H><font color='#FFFFFF'>a</font></a>", false),
    ("<a href=H style='font-size:0'>a</a>", false),
    ("<div style='font-size:0'><a href=H>a</a></div>", false),
    ("<a href=H style='display:block;padding:9px;color:#fff'>a</a>", false),
    ("<map name=m><area href=H></map>", false),
    ("<map name=m><area href=H></map><img src=x usemap='#n'>", false),
    ("<area href=H><img src=x usemap=m>", false),
    ("<a href=H>&nbsp;</a>", true),
    ("<a href=H><img src=x></a>", true),
    ("<a href=H><img src=x width=100% height=1 style='height:auto'></a>", true),
    ("<a href=H><input type=image src=x></a>", true),
    ("<a href=H style='display:block;width:200px;height:40px'></a>", true),
    ("<a href=H><div style='height:640px;text-indent:-9999px'> </div></a>", true),
    ("<a href=H style='display:inline-block;padding:9px'></a>", true),
    ("<a href=H style='border-style:solid;border-width:10px 20px'> </a>", true),
    ("<map name=m><area href=H></map><img src=x usemap='#m'>", true),
    ("<img src=x usemap='#m'><map name=m><area href=H></map>", true),
];

#[test]
fn a_link_is_one_only_where_it_can_be_seen() {
    for (html, seen) in LINKS {
        let view = View::of_html(&format!("{}<p>y<a href=https://y.ex/>z</a>", html.replace("=H", "=https://x.ex/")));
        assert_eq!(view.links.iter().any(|link| link.href == "https://x.ex/"), *seen, "{html}");
        let other = view.links.iter().position(|link| link.href == "https://y.ex/").map(|at| at as u32);
        assert_eq!(view.runs.last().map(|run| run.prominence.link), Some(other), "{html}");
    }
}

#[test]
fn the_view_shows_what_a_browser_shows() {
    let mut wrong = String::new();
    for (css, html, expected) in FIXTURES {
        let seen = View::of_html(&format!("<style>{css}</style>{html}")).text.replace('\n', "|");
        if seen != *expected {
            let _ = writeln!(wrong, "{css} {html}\n  expected {expected:?}, seen {seen:?}");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn a_link_that_a_class_hides_is_none() {
    let seen = View::of_html("<style>.x{display:none}</style><p class=x><a href=https://x.ex/>a</a></p><a href=https://y.ex/>b</a>");
    assert_eq!(seen.links.iter().map(|link| &*link.href).collect::<Vec<_>>(), ["https://y.ex/"]);
}

#[test]
fn a_class_makes_a_button_and_a_large_code() {
    let seen = View::of_html("<style>.b{background:#06c;padding:12px;color:#fff}.c{font-size:32px}</style><a class=b href=https://x.ex/>Go</a><p class=c>483921</p>");
    assert!(seen.links[0].button);
    assert_eq!(seen.runs[1].prominence.size, 32.0);
}

#[test]
fn a_preheader_that_a_class_hides_is_hidden_text() {
    let report = mailpick::extract(
        b"Subject: Hello\nContent-Type: text/html\n\n<style>.preheader{display:none}</style><div class=preheader>Your code is 111222</div><p>Your verification code is</p><h1>483921</h1>",
    );
    assert!(report.views().iter().all(|view| !view.text.contains("111222")));
}

#[test]
fn an_amp_part_is_never_read() {
    let raw = b"Subject: s\nContent-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/plain\n\nplain\n--b\nContent-Type: text/x-amp-html\n\n<html amp4email><body>483921</body></html>\n--b\nContent-Type: text/html\n\n<p>html</p>\n--b--\n";
    let message = Message::parse(raw);
    assert_eq!((message.parts.len(), message.attachments), (2, 0));
    assert!(mailpick::view::views(&message).iter().all(|view| !view.text.contains("483921")));
}

#[test]
fn style_sheets_over_the_limits_are_cut_and_said() {
    let hit = |css: &str| View::of_html(&format!("<style>{css}</style><p class=x>a</p>")).limits_hit;
    assert_eq!(hit(".x{color:red}"), []);
    assert_eq!(hit(&" ".repeat(300 << 10)), [Limit::StyleBytes]);
    assert_eq!(hit(&".x{color:red}".repeat(5_000)), [Limit::StyleRules, Limit::StyleSteps]);
    assert_eq!(hit(&format!("{}p{{color:red}}", "p ".repeat(20))), [Limit::StyleRules]);
}

#[test]
fn hostile_rules_for_many_elements_end_and_say_so() {
    let rules: String = (0..4_000).map(|n| format!("div div div div div div .a{n} p{{color:red}}")).collect();
    // Rules for classes that no element has are not read.
    let classes: String = (0..4_000).map(|n| format!("a{n} ")).collect();
    let html = format!("<style>{rules}</style>{}{}<i class='{classes}'>b</i>", "<div>".repeat(400), "<p>a</p>".repeat(20_000));
    let started = std::time::Instant::now();
    let seen = View::of_html(&html);
    assert!(seen.limits_hit.contains(&Limit::StyleSteps));
    // Steps allowed are 8 for each byte; without the bound, 4,000 rules on 20,000 elements in 400 others are 10^10.
    assert!(started.elapsed().as_secs() < 60);
}

#[test]
fn the_rules_of_a_heavy_newsletter_are_within_the_limits() {
    let rules: String = (0..600).map(|n| format!(".c{n}, table.c{n} .d{n} > .c{n}, #i{n}{{color:#333;font-size:14px;padding:8px}}")).collect();
    let rows: String = (0..2_000).map(|n| format!("<tr><td class='c{} d{}'><p class=c{n}>a</p></td></tr>", n % 600, n % 600)).collect();
    let types: String = (0..40).map(|n| format!(".d{n} td, .d{n} p{{color:#333}}")).collect();
    assert_eq!(View::of_html(&format!("<style>td,p,a,table,div{{font-family:Arial}}{types}{rules}</style><table>{rows}</table>")).limits_hit, []);
}

#[test]
fn broken_style_sheets_give_a_view() {
    for css in [
        "@media",
        "@media (",
        "@media({",
        "a{",
        "a{b",
        "a{b:",
        "[",
        "[a",
        "[a=",
        "a:not(",
        "\\",
        "\"",
        "'",
        "/*",
        "<!--",
        "@",
        "#",
        ".",
        "{}",
        "}",
        "a{}}",
        ":is(",
        "@media not",
        "a{b:\\",
        "@charset",
        "url(",
    ] {
        for tail in ["", "{", "}", ";", "(", ")", "\\", "\"", "/*", "\0", "\u{1f600}"] {
            View::of_html(&format!("<style>{css}{tail}</style><p class=a style='{css}{tail}'>x</p>"));
            View::of_html(&format!("<style media='{css}{tail}'>a{{b:c}}</style><p>x</p>"));
        }
    }
    View::of_html(&format!("<style>{}</style><p>x", "@media screen{".repeat(20_000)));
    View::of_html(&format!("<style>a{}</style><p>x", "[".repeat(50_000)));
    View::of_html(&format!("<style>@media {}</style><p>x", "(".repeat(50_000)));
    View::of_html(&format!("<style>{}{{display:none}}</style><p>x", ":not(".repeat(50_000)));
}
