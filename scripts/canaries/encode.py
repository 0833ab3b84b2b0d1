"""Reads canaries as JSON (a list of secrets), writes every form of each as Python's own libraries and others make it.

An independent witness: nothing of lib/secrets/secret_forms.ts is used. Output: a list (per secret) of [form, [piece, …]]; the
pieces are written one after the other, each flushed by itself.
"""

import base64
import html
import html.entities
import json
import shlex
import sys
import textwrap
import urllib.parse
import xml.sax.saxutils


def percent(text, keep, space="%20", upper=True):
    out = []
    for byte in text.encode():
        char = chr(byte)
        if char == " ":
            out.append(space)
        elif byte < 128 and (char.isalnum() or char in keep):
            out.append(char)
        else:
            out.append("%%%02X" % byte if upper else "%%%02x" % byte)
    return "".join(out)


def references(text, write, which=lambda char: ord(char) > 127 or char in "<>&\"'"):
    return "".join(write(char) if which(char) else char for char in text)


def named(char):
    name = html.entities.codepoint2name.get(ord(char))
    return f"&{name};" if name else f"&#{ord(char)};"


def bash(text):
    """As printf %q of Bash has it."""
    if any(ord(char) < 32 for char in text):
        short = {"\n": "\\n", "\t": "\\t", "\\": "\\\\", "'": "\\'"}
        return "$'" + "".join(short.get(char, char) for char in text) + "'"
    return "".join(char if char.isalnum() or char in "-_./:@%+=," or ord(char) > 127 else "\\" + char for char in text)


def double_quoted(text):
    return '"' + "".join("\\" + char if char in '"\\$`' else char for char in text) + '"'


def wrapped(text, width):
    return "\n".join(text[at:at + width] for at in range(0, len(text), width))


def halves(text):
    middle = len(text) // 2
    return [text[:middle], text[middle:]]


def forms(text):
    data = text.encode()
    plain = base64.b64encode(data).decode()
    safe = base64.urlsafe_b64encode(data).decode()
    basic = base64.b64encode(b"user:" + data).decode()
    once = json.dumps(text)
    go = json.dumps(text, ensure_ascii=False).replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
    width = max(4, len(text) // 2)
    return {
        "raw": text,
        "raw: in two pieces": halves(text),
        "raw: byte by byte": list(text) if len(text) < 100 else halves(text),
        "raw: wrapped in its middle": wrapped(text, width),
        "raw: wrapped at 76 behind a label": wrapped("x" * (76 - min(12, len(text) // 2)) + text, 76),
        "raw: textwrap": textwrap.fill("see " * 18 + text, 76, break_on_hyphens=False),
        "url: Python quote": urllib.parse.quote(text),
        "url: Python quote, nothing safe": urllib.parse.quote(text, safe=""),
        "url: Python quote_plus": urllib.parse.quote_plus(text),
        "url: JavaScript encodeURIComponent": percent(text, "-_.!~*'()"),
        "url: JavaScript encodeURI": percent(text, "-_.!~*'();/?:@&=+$,#"),
        "url: Go QueryEscape": percent(text, "-_.~", "+"),
        "url: Go PathEscape": percent(text, "-_.~$&+=:@"),
        "url: Java URLEncoder": percent(text, "-_.*", "+"),
        "url: small hex": percent(text, "-_.~", upper=False),
        "url: twice": urllib.parse.quote(urllib.parse.quote(text, safe=""), safe=""),
        "json: Python": once,
        "json: Python, not ASCII": json.dumps(text, ensure_ascii=False),
        "json: Go": go,
        "json: PHP": once.replace("/", "\\/"),
        "json: capital hex": "".join(
            f"\\u{ord(char):04X}" if 127 < ord(char) < 65536 else char for char in json.dumps(text, ensure_ascii=False)
        ),
        "json: in JSON": json.dumps(once),
        "json: in JSON in JSON": json.dumps(json.dumps(once)),
        "json: of Go in JSON": json.dumps(go),
        "xml: Python html": html.escape(text),
        "xml: Python html, no quotes": html.escape(text, quote=False),
        "xml: saxutils": xml.sax.saxutils.escape(text),
        "xml: quoteattr": xml.sax.saxutils.quoteattr(text),
        "xml: named": references(text, named),
        "xml: decimal": references(text, lambda char: f"&#{ord(char)};"),
        "xml: hex": references(text, lambda char: f"&#x{ord(char):x};"),
        "xml: capital hex": references(text, lambda char: f"&#x{ord(char):X};"),
        "xml: of JSON": html.escape(once),
        "xml: twice": html.escape(html.escape(text)),
        "python: repr": repr(text),
        "python: ascii": ascii(text),
        "python: repr of bytes": repr(data),
        "python: repr of a repr": repr(repr(text)),
        "python: unicode_escape": text.encode("unicode_escape").decode(),
        "shell: shlex": shlex.quote(text),
        "shell: Bash %q": bash(text),
        "shell: double quotes": double_quoted(text),
        "base64": plain,
        "base64: no padding": plain.rstrip("="),
        "base64: URL-safe": safe,
        "base64: URL-safe, no padding": safe.rstrip("="),
        "base64: at 76 columns": base64.encodebytes(data).decode().rstrip("\n"),
        "base64: at 64 columns, CRLF": wrapped(plain, 64).replace("\n", "\r\n"),
        "base64: of user and secret": basic,
        "base64: in two pieces": halves(plain),
        "hex: small": data.hex(),
        "hex: capital": data.hex().upper(),
        "hex: wrapped": wrapped(data.hex(), 60),
        "cut: its first part and dots": text[:max(6, len(text) * 3 // 4)] + "...",
        "cut: its first part and an ellipsis": text[:max(6, len(text) * 3 // 4)] + "…",
        "cut: dots and its last part": "..." + text[len(text) - max(6, len(text) * 3 // 4):],
    }


def main():
    secrets = json.load(sys.stdin)
    made = [
        [[form, [text] if isinstance(text, str) else text] for form, text in forms(secret).items()]
        for secret in secrets
    ]
    json.dump(made, sys.stdout)


main()
