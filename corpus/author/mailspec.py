"""Builds corpus mails from small specifications.

An author's file imports this module, opens a `Drawer` and calls `mail(...)` once for each mail. The module knows
MIME, charsets, transfer encodings, header sets of mail services, click wrappers and the bulk of real style sheets; it
writes no sentence of a mail. Each mail is read back with Python's own `email` package before it counts: the label must
be found in what was written.

Everything is deterministic: tokens come from a generator seeded with the family and the mail's name.
"""

import base64
import email
import email.policy
import hashlib
import html as html_module
import json
import pathlib
import quopri
import random
import re
import sys
import urllib.parse

ALNUM = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
HEX = "0123456789abcdef"
URLSAFE = ALNUM + "-_"
DIGITS = "0123456789"


class Maker:
    """Deterministic random material for one mail: `m = Maker("family/name")`."""

    def __init__(self, seed):
        self.random = random.Random(hashlib.sha256(seed.encode()).digest())

    def token(self, length=32, alphabet=ALNUM):
        return "".join(self.random.choice(alphabet) for _ in range(length))

    def hex(self, length=32):
        return self.token(length, HEX)

    def digits(self, length=6):
        return self.token(length, DIGITS)

    def uuid(self):
        h = self.hex(32)
        return f"{h[:8]}-{h[8:12]}-4{h[13:16]}-a{h[17:20]}-{h[20:]}"

    def jwt(self):
        body = {"sub": self.uuid(), "exp": 1790000000 + self.random.randrange(10**6), "n": self.hex(12)}
        pack = lambda value: base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")
        return pack({"alg": "HS256", "typ": "JWT"}) + "." + pack(body) + "." + self.token(43, URLSAFE)

    def wrap(self, style, url, host="mail.example"):
        """`url` behind the click wrapper of a mail service or gateway. `host` is the customer's tracking domain."""
        quote = lambda text: urllib.parse.quote(text, safe="")
        bare = re.sub(r"^https?://", "", url)
        if style == "sendgrid":
            return f"https://u{self.digits(7)}.ct.sendgrid.net/ls/click?upn=u001.{self.token(180, URLSAFE)}-3D-3D{self.token(4, URLSAFE)}_{self.token(220, URLSAFE)}"
        if style == "sendgrid-own":
            return f"https://url{self.digits(4)}.{host}/ls/click?upn={self.token(160, URLSAFE)}-2B{self.token(60, URLSAFE)}_{self.token(200, URLSAFE)}"
        if style == "mailgun":
            return f"https://email.{host}/c/eJw{self.token(150, URLSAFE)}"
        if style == "mandrill":
            payload = base64.urlsafe_b64encode(json.dumps({"s": self.token(27, URLSAFE), "v": 1, "p": json.dumps({"u": 30000000 + self.random.randrange(10**6), "v": 1, "url": url, "id": self.hex(32), "url_ids": [self.hex(40)]})}).encode()).decode().rstrip("=")
            return f"https://mandrillapp.com/track/click/30{self.digits(6)}/{bare.split('/')[0]}?p={payload}"
        if style == "ses":
            return f"https://{self.token(8, HEX)}.r.eu-west-1.awstrack.me/L0/{quote(url)}/1/0102019{self.hex(9)}-{self.hex(8)}-{self.hex(4)}-{self.hex(4)}-{self.hex(4)}-{self.hex(12)}-000000/{self.token(27, URLSAFE)}={self.digits(3)}"
        if style == "postmark":
            return f"https://click.pstmrk.it/3s/{quote(bare)}/{self.token(4)}/{self.token(4)}AQ/AQ/{self.uuid()}/1/{self.token(10, URLSAFE)}"
        if style == "mailchimp":
            return f"https://{host.split('.')[0]}.us{self.random.randrange(1, 22)}.list-manage.com/track/click?u={self.hex(25)}&id={self.hex(10)}&e={self.hex(10)}"
        if style == "hubspot":
            return f"https://{self.token(6, HEX)}04.eu1.hubspotlinks.com/Ctc/5G+113/{self.token(7)}/{self.token(120)}"
        if style == "klaviyo":
            return f"https://ctrk.klclick1.com/l/01J{self.token(23, 'ABCDEFGHJKMNPQRSTVWXYZ0123456789')}_{self.random.randrange(0, 9)}"
        if style == "customerio":
            return f"https://e.customeriomail.com/e/c/{self.token(140, URLSAFE)}/{self.hex(64)}"
        if style == "braze":
            return f"https://ablink.{host}/ss/c/u001.{self.token(120, URLSAFE)}/4{self.token(2)}/{self.token(22, URLSAFE)}/h{self.random.randrange(0, 9)}/h001.{self.token(43, URLSAFE)}"
        if style == "iterable":
            return f"https://links.{host}/u/click?_t={self.hex(32)}&_m={self.hex(32)}&_e={self.token(150, URLSAFE)}%3D%3D"
        if style == "sfmc":
            return f"https://click.{host}/?qs={self.hex(96)}"
        if style == "marketo":
            return f"https://go.{host}/{self.token(38, ALNUM)}"
        if style == "brevo":
            return f"https://{self.token(6, 'abcdefghijklmnopqrstuvwxyz')}.r.{self.random.choice(['a', 'bh', 'sp1-brevo'])}.d.sendibt3.com/tr/cl/{self.token(170, URLSAFE)}"
        if style == "mailjet":
            return f"https://{self.token(5, 'abcdefghijklmnopqrstuvwxyz0123456789')}.mjt.lu/lnk/{self.token(16, URLSAFE)}/{self.random.randrange(1, 9)}/{self.token(22, URLSAFE)}/{base64.urlsafe_b64encode(url.encode()).decode().rstrip('=')}"
        if style == "safelinks":
            return f"https://eur0{self.random.randrange(1, 6)}.safelinks.protection.outlook.com/?url={quote(url)}&data=05%7C02%7Cuser%40corp.example%7C{self.hex(32)}%7C{self.hex(32)}%7C0%7C0%7C6389{self.digits(14)}%7CUnknown%7CTWFpbGZsb3d8eyJFbXB0eU1hcGkiOnRydWUsIlYiOiIwLjAuMDAwMCJ9%7C0%7C%7C%7C&sdata={self.token(43)}%3D&reserved=0"
        if style == "proofpoint2":
            body = quote(url).replace("-", "-2D").replace("_", "-5F").replace("%", "-").replace(".", "-2E" if False else ".")
            return f"https://urldefense.proofpoint.com/v2/url?u={body.replace('/', '_')}&d=DwMFaQ&c={self.token(43, URLSAFE)}&r={self.token(43, URLSAFE)}&m={self.token(43, URLSAFE)}&s={self.token(43, URLSAFE)}&e="
        if style == "proofpoint3":
            return f"https://urldefense.com/v3/__{url}__;!!{self.token(10, URLSAFE)}!{self.token(90, URLSAFE)}$"
        if style == "barracuda":
            return f"https://linkprotect.cudasvc.com/url?a={quote(url)}&c=E,1,{self.token(80, URLSAFE)}&typo=1"
        if style == "mimecast":
            return f"https://protect-eu.mimecast.com/s/{self.token(24)}?domain={bare.split('/')[0]}"
        if style == "google":
            return f"https://www.google.com/url?q={quote(url)}&source=gmail&ust=17{self.digits(14)}&usg=AOvVaw{self.token(22, URLSAFE)}"
        if style == "own-short":
            return f"https://{host}/e/{self.token(11, URLSAFE)}"
        if style == "own-path":
            return f"https://{host}/{self.token(2)}/{self.token(22, URLSAFE)}/{self.token(8)}"
        if style == "own-query":
            return f"https://{host}/r.php?i={self.digits(6)}&k={self.hex(16)}&c={self.digits(4)}"
        if style == "own-numeric":
            return f"https://{host}/{self.digits(5)}/{self.digits(9)}/{self.digits(4)}.html"
        raise ValueError(f"unknown wrapper {style!r}")

    def css(self, kind, size):
        """About `size` bytes of head CSS as mail generators of this kind emit it (no `<style>` tag around it).
        kinds: mjml, foundation, sfmc, word, utility, darkmode."""
        out, n = [], 0
        rnd = self.random
        color = lambda: "#%06x" % rnd.randrange(1 << 24)
        while sum(map(len, out)) < size:
            n += 1
            if kind == "mjml":
                width = rnd.choice([100, 50, 33, 66, 25, 75])
                out.append(f"@media only screen and (min-width:480px) {{ .mj-column-per-{width} {{ width:{width}% !important; max-width: {width}%; }} .mj-column-px-{n * 20} {{ width:{n * 20}px !important; max-width:{n * 20}px; }} }}\n.moz-text-html .mj-column-per-{width} {{ width:{width}% !important; max-width: {width}%; }}\n@media only screen and (max-width:480px) {{ table.mj-full-width-mobile {{ width: 100% !important; }} td.mj-full-width-mobile {{ width: auto !important; }} }}\n")
            elif kind == "foundation":
                c = rnd.randrange(1, 13)
                out.append(f"table.body td.large-{c}, table.body th.large-{c}, td.columns.large-offset-{c} {{ width: {c * 8.33333:.5f}%; padding-left: {rnd.randrange(4, 24)}px; padding-right: {rnd.randrange(4, 24)}px; }}\n.collapse > tbody > tr td.large-{c} {{ padding-right: 0; padding-left: 0; width: {rnd.randrange(20, 580)}px; }}\n@media only screen and (max-width: 596px) {{ td.small-{c}, th.small-{c} {{ display: inline-block !important; width: {c * 8.33333:.5f}% !important; }} }}\n")
            elif kind == "sfmc":
                out.append(f"/* module {n} */ .es-p{n} {{ padding: {rnd.randrange(0, 40)}px {rnd.randrange(0, 40)}px; }} .es-m-txt-{rnd.choice('clr')}{n} h{rnd.randrange(1, 4)} {{ text-align: center !important; line-height: 120%; font-size:{rnd.randrange(14, 36)}px; mso-line-height-rule: exactly }} a.es-button{n} {{ mso-style-priority:100 !important; text-decoration:none !important; background:{color()}; border-color:{color()} }}\n")
            elif kind == "word":
                out.append(f"@font-face {{font-family:\"Calibri{n}\"; panose-1:2 15 5 2 2 2 4 3 2 4;}}\np.MsoNormal{n}, li.MsoNormal{n}, div.MsoNormal{n} {{mso-style-name:\"\"; margin:0cm; margin-bottom:.0001pt; font-size:{rnd.choice([10, 11, 12])}.0pt; font-family:\"Calibri\",sans-serif; mso-fareast-language:EN-US;}}\n@page WordSection{n} {{size:612.0pt 792.0pt; margin:70.85pt 70.85pt 2.0cm 70.85pt;}}\n")
            elif kind == "utility":
                out.append(f".m-{n}{{margin:{n}px!important}}.p-{n}{{padding:{n}px!important}}.w-{n}{{width:{n}px!important}}.fs-{n}{{font-size:{10 + n % 30}px!important;line-height:{14 + n % 40}px!important}}.bg-{n}{{background-color:{color()}!important}}.text-{n}{{color:{color()}!important}}\n")
            elif kind == "darkmode":
                out.append(f"@media (prefers-color-scheme: dark) {{ .dm-bg-{n} {{ background-color: {color()} !important; }} .dm-txt-{n} {{ color: {color()} !important; }} }}\n[data-ogsc] .dm-txt-{n} {{ color: {color()} !important; }} [data-ogsb] .dm-bg-{n} {{ background-color: {color()} !important; }}\n")
            else:
                raise ValueError(f"unknown css kind {kind!r}")
        return "".join(out)

    def pixel(self, host="mail.example"):
        return f'<img src="https://{host}/o/{self.token(40, URLSAFE)}.gif" width="1" height="1" alt="" style="display:block;border:0">'


def _service_headers(service, m, from_domain):
    """The headers that a sending service leaves on its mails (as the receiver sees them, topmost first)."""
    msgid = lambda host: ("Message-ID", f"<{m.hex(16)}.{m.digits(10)}@{host}>")
    dkim = lambda d, s: ("DKIM-Signature", f"v=1; a=rsa-sha256; q=dns/txt; c=relaxed/relaxed; s={s}; d={d};\r\n t=17{m.digits(8)}; h=from:to:subject:mime-version:content-type;\r\n bh={m.token(43)}=;\r\n b={m.token(64)}{m.token(64)}\r\n {m.token(70)}==")
    received = lambda host, ip: ("Received", f"from {host} ({host} [{ip}])\r\n by mx.inbox.example (Postfix) with ESMTPS id {m.hex(10).upper()}\r\n for <user@inbox.example>; Tue, 10 Mar 2026 08:{m.random.randrange(10, 59)}:{m.random.randrange(10, 59)} +0000 (UTC)")
    ip = f"{m.random.randrange(11, 200)}.{m.random.randrange(1, 255)}.{m.random.randrange(1, 255)}.{m.random.randrange(1, 255)}"
    table = {
        "none": lambda: [],
        "plain": lambda: [msgid(from_domain)],
        "ses": lambda: [("Return-Path", f"<0102019{m.hex(8)}-{m.uuid()}-000000@eu-west-1.amazonses.com>"), received(f"a{m.digits(1)}-{m.digits(2)}.smtp-out.eu-west-1.amazonses.com", ip), dkim(from_domain, m.token(32, 'abcdefghijklmnopqrstuvwxyz234567')), ("Feedback-ID", f"::1.eu-west-1.{m.token(43)}=:AmazonSES"), ("X-SES-Outgoing", f"2026.03.10-{ip}"), ("Message-ID", f"<0102019{m.hex(9)}-{m.uuid()}-000000@eu-west-1.amazonses.com>")],
        "sendgrid": lambda: [received(f"o{m.digits(2)}.ptr{m.digits(4)}.{from_domain}", ip), dkim(from_domain, "s1"), ("X-SG-EID", f"u001.{m.token(90)}"), ("X-Entity-ID", f"u001.{m.token(22)}=="), ("Message-ID", f"<{m.token(22, URLSAFE)}@geopod-ismtpd-{m.digits(2)}>")],
        "mailgun": lambda: [received(f"m{m.digits(3)}-{m.digits(2)}.mailgun.net", ip), dkim(from_domain, "mx"), ("X-Mailgun-Sending-Ip", ip), ("X-Mailgun-Sid", f"WyI{m.token(60)}"), ("X-Mailgun-Variables", '{"env": "production"}'), ("Message-Id", f"<2026{m.digits(10)}.{m.hex(16)}@{from_domain}>")],
        "mandrill": lambda: [received(f"mail{m.digits(3)}-{m.digits(2)}.atl{m.digits(2)}.mandrillapp.com", ip), ("X-Report-Abuse", f"Please forward a copy of this message, including all headers, to abuse@mandrill.com"), ("X-Mandrill-User", f"md_30{m.digits(6)}"), ("Message-Id", f"<30{m.digits(6)}.2026{m.digits(8)}.{m.hex(12)}.{m.digits(8)}@mail{m.digits(3)}.mandrillapp.com>")],
        "postmark": lambda: [received(f"mta{m.digits(3)}a-ord.mtasv.net", ip), dkim(from_domain, "pm"), ("X-PM-Message-Id", m.uuid()), ("X-PM-Message-Options", f"v1;1.{m.token(22)}"), ("Feedback-ID", f"s{m.digits(7)}-_:s{m.digits(7)}:a{m.digits(6)}:postmark"), ("Message-ID", f"<{m.uuid()}@mtasv.net>")],
        "sfmc": lambda: [received(f"mta{m.digits(2)}.e.{from_domain}", ip), ("List-Unsubscribe", f"<mailto:leave-fd{m.hex(40)}@leave.s{m.digits(2)}.exacttarget.com>, <https://click.e.{from_domain}/subscription_center.aspx?jwt={m.token(60, URLSAFE)}>"), ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"), ("x-job", f"{m.digits(9)}_{m.digits(8)}"), ("Message-ID", f"<{m.uuid()}@dfw1s11mta{m.digits(3)}.xt.local>"), ("Feedback-ID", f"{m.digits(9)}:{m.digits(8)}:{ip}:sfmktgcld")],
        "mailchimp": lambda: [("List-ID", f"{m.hex(25)} list <{m.hex(25)}.{m.digits(6)}.list-id.mcsv.net>"), ("X-Mailer", "Mailchimp Mailer - **CID" + m.hex(10) + "**"), ("List-Unsubscribe", f"<https://{from_domain}.us7.list-manage.com/unsubscribe?u={m.hex(25)}&id={m.hex(10)}&e={m.hex(10)}>"), ("Precedence", "bulk"), ("Message-ID", f"<{m.hex(25)}.{m.hex(10)}.2026{m.digits(10)}.{m.hex(10)}.{m.hex(8)}@mail{m.digits(3)}.suw{m.digits(2)}.mcsv.net>")],
        "brevo": lambda: [received(f"{m.token(6, 'abcdefghijklmnopqrstuvwxyz')}.d.mailin.fr", ip), ("X-Mailin-EID", m.token(60)), ("Feedback-ID", f"{ip}:{m.digits(7)}_-1:{m.digits(7)}:Sendinblue"), ("Origin-messageId", f"<2026{m.digits(10)}.{m.digits(11)}@smtp-relay.mailin.fr>"), msgid("smtp-relay.mailin.fr")],
        "exchange": lambda: [received(f"EUR05-DB8-obe.outbound.protection.outlook.com", ip), ("X-MS-Exchange-Organization-SCL", "-1"), ("X-MS-Has-Attach", ""), ("Thread-Topic", "notification"), ("Thread-Index", f"Ad{m.token(26)}=="), ("Message-ID", f"<{m.token(2).upper()}{m.digits(1)}PR0{m.digits(1)}MB{m.digits(4)}{m.hex(30).upper()}@DB9PR0{m.digits(1)}MB{m.digits(4)}.eurprd03.prod.outlook.com>")],
        "gmail": lambda: [("X-Received", f"by 2002:a05:6a00:{m.hex(4)}:b0:{m.hex(3)} with SMTP id d2e1a72fcca58-{m.hex(12)}mr{m.digits(8)}.{m.digits(1)}.17{m.digits(11)}"), ("MIME-Version", "1.0"), ("Message-ID", f"<CA{m.token(48, URLSAFE)}@mail.gmail.com>")],
        "exim": lambda: [received(f"server{m.digits(2)}.hosting.example", ip), ("X-PHP-Script", f"{from_domain}/index.php for {ip}"), ("X-AntiAbuse", "This header was added to track abuse, please include it with any abuse report"), ("Message-Id", f"<E1t{m.token(5)}-0000{m.token(2)}-{m.token(2)}@server{m.digits(2)}.hosting.example>")],
        "postfix": lambda: [received(f"mail.{from_domain}", ip), ("Auto-Submitted", "auto-generated"), ("Message-Id", f"<2026{m.digits(10)}.{m.hex(10).upper()}@mail.{from_domain}>")],
        "java": lambda: [("Message-ID", f"<{m.digits(9)}.{m.digits(5)}.17{m.digits(11)}.JavaMail.app@{from_domain}>"), ("X-Priority", "3")],
        "phpmailer": lambda: [("X-Mailer", "PHPMailer 6.9.1 (https://github.com/PHPMailer/PHPMailer)"), ("Message-ID", f"<{m.token(43)}@{from_domain}>")],
    }
    return table[service]()


def _encode_word(text, how, charset):
    """An unstructured header value as encoded-words: q, b, split (b, cut in the middle), raw (8-bit) or auto."""
    if how == "raw":
        return text
    if how == "auto":
        if all(32 <= ord(c) < 127 for c in text):
            return text
        how = "b" if sum(ord(c) > 126 for c in text) > len(text) / 3 else "q"
    pieces, step = [], 14 if how != "split" else 7
    # Whole characters only: RFC 2047 section 5 forbids cutting one.
    for i in range(0, len(text), step):
        raw = text[i:i + step].encode(charset)
        if how == "q":
            coded = "".join(chr(b) if chr(b) in ALNUM else "_" if b == 32 else f"={b:02X}" for b in raw)
            pieces.append(f"=?{charset}?Q?{coded}?=")
        else:
            pieces.append(f"=?{charset}?B?{base64.b64encode(raw).decode()}?=")
    return "\r\n ".join(pieces)


def _address(text, charset, how):
    match = re.match(r"^\s*(.*?)\s*<([^>]+)>\s*$", text)
    if not match or not match.group(1):
        return text
    name, addr = match.group(1).strip('"'), match.group(2)
    if any(ord(c) > 126 for c in name):
        return f"{_encode_word(name, 'b' if how == 'raw' else how, charset)} <{addr}>"
    if re.search(r'[",.;:@()<>\[\]]', name):
        name = '"' + name.replace('"', '\\"') + '"'
    return f"{name} <{addr}>"


def _body(text, charset, cte, eol):
    raw = text.replace("\r\n", "\n").encode(charset, "xmlcharrefreplace" if text.lstrip().startswith("<") else "strict")
    if cte == "auto":
        cte = "7bit" if all(b < 127 for b in raw) and max(map(len, raw.split(b"\n"))) < 900 else "qp"
    if cte == "qp":
        coded = quopri.encodestring(raw, quotetabs=False).decode("ascii")
        return "quoted-printable", coded.replace("\r\n", "\n").replace("\n", eol).encode()
    if cte == "base64":
        coded = base64.b64encode(raw.replace(b"\n", b"\r\n")).decode()
        return "base64", eol.join(coded[i:i + 76] for i in range(0, len(coded), 76)).encode() + eol.encode()
    return cte, raw.replace(b"\n", eol.encode())


class Drawer:
    """A folder being filled: `.eml` files in their drawers and `labels.jsonl`."""

    def __init__(self, root):
        self.root = pathlib.Path(root)
        self.root.mkdir(parents=True, exist_ok=True)
        self.labels, self.errors, self.names = [], [], set()

    def mail(self, drawer, family, name, lang, from_, subject, *, to="Alex Moreau <user@inbox.example>", date="Tue, 10 Mar 2026 09:14:33 +0100",
             text=None, html=None, otp=None, magic_link=None, password_reset=None, ambiguous=False, tags=(), charset="utf-8",
             text_charset=None, text_cte="auto", html_cte="auto", structure="auto", service="plain", headers=(), reply_to=None, subject_encoding="auto",
             header_charset=None, flowed=False, eol="\r\n", attachments=(), inline=(), attach_message=None, calendar=None, amp=None, raw=None, drop=()):
        """Writes one mail.

        drawer: verification | lookalike | presentation | conversation. family: the template author (slug). name: slug, unique in the family.
        otp / magic_link / password_reset: list of accepted spellings or None. text / html: the bodies as the reader's client decodes them.
        text_cte / html_cte: auto | qp | base64 | 7bit | 8bit. structure: auto | alternative | mixed | related | single.
        attachments: [(filename, mime type, bytes)]; inline: [(content-id, bytes)] images; attach_message: raw bytes of a mail, attached as message/rfc822;
        calendar: text/calendar alternative; amp: text/x-amp-html alternative; raw: the whole mail as bytes (then only labels are taken from the arguments).
        drop: names of headers to leave out (e.g. ["Date"]).
        """
        m = Maker(f"{family}/{name}")
        assert drawer in ("verification", "lookalike", "presentation", "conversation"), drawer
        file = f"{drawer}/{family}-{name}.eml"
        assert re.fullmatch(r"[a-z]+/[a-z0-9][a-z0-9.-]*\.eml", file), f"bad file name {file}"
        assert file not in self.names, f"twice: {file}"
        self.names.add(file)
        header_charset = header_charset or charset
        if raw is None:
            raw = self._build(m, from_, to, subject, date, text, html, charset, text_charset or charset, text_cte, html_cte, structure, service, headers, reply_to,
                              subject_encoding, header_charset, flowed, eol, attachments, inline, attach_message, calendar, amp, drop)
        facts = {*tags, "html-only" if html and not text else "text-only" if text and not html else "both"}
        if charset.lower() != "utf-8":
            facts.add(charset.lower())
        label = {"file": file, "otp": otp, "magic_link": magic_link, "password_reset": password_reset, "lang": lang, "sender": family, "tags": sorted(facts), "origin": "written"}
        if ambiguous:
            label["ambiguous"] = True
        for problem in check(raw, label):
            self.errors.append(f"{file}: {problem}")
        path = self.root / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(raw)
        self.labels.append(label)

    def _build(self, m, from_, to, subject, date, text, html, charset, text_charset, text_cte, html_cte, structure, service, headers, reply_to, subject_encoding,
               header_charset, flowed, eol, attachments, inline, attach_message, calendar, amp, drop):
        domain = re.search(r"@([^>\s]+)", from_)
        head = _service_headers(service, m, domain.group(1) if domain else "inbox.example")
        own = [("From", _address(from_, header_charset, subject_encoding)), ("To", to), ("Subject", _encode_word(subject, subject_encoding, header_charset))]
        if date:
            own.append(("Date", date))
        if reply_to:
            own.append(("Reply-To", reply_to))
        given = {key.lower() for key, _ in headers}
        head = [(k, v) for k, v in head + own if k.lower() not in given and k not in drop] + list(headers)
        if not any(k.lower() == "mime-version" for k, _ in head) and "MIME-Version" not in drop:
            head.append(("MIME-Version", "1.0"))

        def part(kind, content, cte, cs=charset):
            encoding, body = _body(content, cs, cte, eol)
            params = f"; charset={cs}" + ("; format=flowed" if flowed and kind == "text/plain" else "")
            return [("Content-Type", kind + params), ("Content-Transfer-Encoding", encoding)], body

        def multi(kind, parts, extra=""):
            boundary = f"{m.random.choice(['----=_Part_', '=_', '--_NmP-', '000000000000', 'b1_', '_----------='])}{m.hex(20)}"
            body = b""
            for part_head, part_body in parts:
                body += f"--{boundary}{eol}".encode() + _head(part_head, eol) + eol.encode() + part_body.rstrip(b"\r\n") + eol.encode()
            body += f"--{boundary}--{eol}".encode()
            return [("Content-Type", f'multipart/{kind}{extra}; boundary="{boundary}"')], body

        versions = []
        if text is not None:
            versions.append(part("text/plain", text, text_cte, text_charset))
        if amp:
            versions.append(part("text/x-amp-html", amp, "qp"))
        if html is not None:
            versions.append(part("text/html", html, html_cte))
        if calendar:
            versions.append(part("text/calendar; method=REQUEST", calendar, "qp"))
        if inline:
            pictures = [([("Content-Type", f'image/png; name="{cid}.png"'), ("Content-Transfer-Encoding", "base64"), ("Content-ID", f"<{cid}>"), ("Content-Disposition", "inline")], _b64(data, eol)) for cid, data in inline]
            if structure == "related" and len(versions) > 1:
                versions = [multi("related", [multi("alternative", versions)] + pictures)]
            else:
                versions[-1] = multi("related", [versions[-1]] + pictures, '; type="text/html"')
        if structure == "mixed" and len(versions) > 1 and not inline:
            whole = multi("mixed", versions)
        else:
            whole = versions[0] if len(versions) == 1 else multi("alternative", versions)
        rest = [([("Content-Type", f'{kind}; name="{filename}"'), ("Content-Transfer-Encoding", "base64"), ("Content-Disposition", f'attachment; filename="{filename}"')], _b64(data, eol)) for filename, kind, data in attachments]
        if attach_message:
            rest.append(([("Content-Type", "message/rfc822"), ("Content-Disposition", "attachment")], attach_message))
        if rest:
            whole = multi("mixed", [whole] + rest)
        return _head(head + whole[0], eol) + eol.encode() + whole[1]

    def close(self):
        """Writes labels.jsonl and prints a summary. Exits with 1 when a label was not found in its mail."""
        self.labels.sort(key=lambda label: label["file"])
        with open(self.root / "labels.jsonl", "w", encoding="utf-8") as out:
            for label in self.labels:
                out.write(json.dumps(label, ensure_ascii=False) + "\n")
        kinds = {kind: sum(1 for label in self.labels if label[kind] and not label.get("ambiguous")) for kind in ("otp", "magic_link", "password_reset")}
        none = sum(1 for label in self.labels if not (label["otp"] or label["magic_link"] or label["password_reset"]))
        sizes = [(self.root / label["file"]).stat().st_size for label in self.labels]
        print(f"{len(self.labels)} mails, {len({label['sender'] for label in self.labels})} families, {len({label['lang'] for label in self.labels})} languages; {kinds}, none: {none}; "
              f"10 KB or more: {sum(s >= 10000 for s in sizes)}; total {sum(sizes) // 1024} KB")
        for error in self.errors:
            print("ERROR", error)
        sys.exit(1 if self.errors else 0)


def _head(pairs, eol):
    out = []
    for key, value in pairs:
        out.append(f"{key}: {value}".replace("\r\n", "\n").replace("\n", eol))
    return (eol.join(out) + eol).encode("utf-8")


def _b64(data, eol):
    coded = base64.b64encode(data).decode()
    return eol.join(coded[i:i + 76] for i in range(0, len(coded), 76)).encode() + eol.encode()


def check(raw, label):
    """What is wrong with a label, judged by reading the mail with Python's own parser: a list of sentences."""
    message = email.message_from_bytes(raw, policy=email.policy.default)
    seen, hrefs = [], []
    try:
        seen.append(str(message["subject"] or ""))
    except Exception as error:  # a header that Python cannot read is allowed in a mail; say it only if the label needs it
        seen.append(str(error))
    for part in message.walk():
        if part.get_content_maintype() != "text":
            continue
        try:
            content = part.get_content()
        except (LookupError, UnicodeDecodeError, AttributeError):
            content = part.get_payload(decode=True).decode("utf-8", "replace")
        if part.get_content_subtype() == "html":
            hrefs += [html_module.unescape(h) for h in re.findall(r'(?:href|content|action)\s*=\s*"([^"]*)"', content, re.I) + re.findall(r"href\s*=\s*'([^']*)'", content, re.I) + re.findall(r"href\s*=\s*([^\s\"'>]+)", content, re.I)]
            seen += re.findall(r'alt\s*=\s*"([^"]*)"', content, re.I)
            content = re.sub(r"(?is)<(style|script|head)\b.*?</\1>", " ", content)
            content = html_module.unescape(re.sub(r"(?s)<[^>]+>", "", content))
        seen.append(content)
    import unicodedata
    flat = "".join(unicodedata.normalize("NFKC", c) for c in " ".join(seen))
    flat = "".join(str(unicodedata.digit(c)) if unicodedata.category(c) == "Nd" else c for c in flat)
    squeezed = re.sub(r"[\s\-.\u00ad\u200b-\u200f\u2060\ufeff\u2010-\u2015]", "", flat)
    problems = []
    for code in label["otp"] or []:
        if re.sub(r"[\s\-.]", "", code) not in squeezed:
            problems.append(f"the code {code!r} is not in the mail")
        if " " in code and code == (label["otp"] or [""])[0]:
            problems.append(f"the canonical spelling {code!r} has a space")
    text = " ".join(seen)
    for kind in ("magic_link", "password_reset"):
        for url in label[kind] or []:
            if url not in hrefs and url not in re.sub(r"\s", "", text) and url not in text:
                problems.append(f"the {kind} {url!r} is neither an href nor in the text")
    if not (message["from"] or label.get("tags")):
        problems.append("no From header")
    return problems
