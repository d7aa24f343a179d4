"""Marks up a Word file in LibreOffice as a delegation would, with changes tracked.

    /usr/bin/python3 lo_marking.py FILE.docx MARKED.docx DEEDS.json

Run by a Python that has LibreOffice's `uno`; by itself, since it keeps a LibreOffice of its own and
ends it, whatever happens. DEEDS is `{"author": name, "deeds": [[what, words, more], …]}`, in order:

    edit     other words in the place of these: `more`
    delete   the paragraph that holds these words
    move     the paragraph that holds these words, one paragraph down
    comment  on these words: `more`
    reply    to the comment that says these words: `more`
    look     a picture of the file as it is now: `more`, a path ending in .pdf

The window is not hidden: LibreOffice 7.4 waits for ever for some commands of a hidden one.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

import uno

STARTS_WITHIN_S = 60
ANNOTATION = "com.sun.star.text.textfield.Annotation"
WORD = "MS Word 2007 XML"


def value(name: str, said: Any) -> Any:
    made = uno.createUnoStruct("com.sun.star.beans.PropertyValue")
    made.Name, made.Value = name, said
    return made


class Office:
    """A LibreOffice with settings of its own, and what is asked of it."""

    def __init__(self, author: str) -> None:
        self.author = author
        self.profile = tempfile.mkdtemp(prefix="story-office-")
        self.pipe = f"story{uuid.uuid4().hex}"

    def __enter__(self) -> Self:
        self.process = subprocess.Popen(
            [
                "soffice",
                "--headless",
                "--norestore",
                "--nologo",
                "--nodefault",
                "--nolockcheck",
                f"-env:UserInstallation={Path(self.profile).as_uri()}",
                f"--accept=pipe,name={self.pipe};urp;",
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            self._begin()
        except BaseException:
            self.__exit__()
            raise
        return self

    def _begin(self) -> None:
        self.context = self._context()
        self.desktop = self.service("frame.Desktop")
        # Whose name stands at every change is the user's, as everybody's own settings have it.
        settings = self.service("configuration.ConfigurationProvider").createInstanceWithArguments(
            "com.sun.star.configuration.ConfigurationUpdateAccess",
            (value("nodepath", "/org.openoffice.UserProfile/Data"),),
        )
        settings.setPropertyValue("givenname", self.author)
        settings.setPropertyValue("sn", "")
        settings.commitChanges()

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(20)
        shutil.rmtree(self.profile, ignore_errors=True)

    def _context(self) -> Any:
        here = uno.getComponentContext()
        resolver = here.ServiceManager.createInstanceWithContext(
            "com.sun.star.bridge.UnoUrlResolver", here
        )
        end = time.monotonic() + STARTS_WITHIN_S
        while True:
            try:
                return resolver.resolve(
                    f"uno:pipe,name={self.pipe};urp;StarOffice.ComponentContext"
                )
            except uno.getClass("com.sun.star.connection.NoConnectException"):
                if self.process.poll() is not None or time.monotonic() > end:
                    raise
                time.sleep(0.1)

    def service(self, name: str) -> Any:
        return self.context.ServiceManager.createInstanceWithContext(
            f"com.sun.star.{name}", self.context
        )

    def opened(self, path: str) -> Any:
        return self.desktop.loadComponentFromURL(
            uno.systemPathToFileUrl(path), "_blank", 0, (value("Hidden", False),)
        )


class Marking:
    """A file on somebody's desk."""

    def __init__(self, made: Office, doc: Any) -> None:
        self.doc = doc
        self.author = made.author
        self.dispatcher = made.service("frame.DispatchHelper")
        doc.RecordChanges = True

    def found(self, words: str) -> Any:
        """Gives the place of words, which stand in the text once."""
        asked = self.doc.createSearchDescriptor()
        asked.SearchString = words
        asked.SearchCaseSensitive = True
        places = self.doc.findAll(asked)
        if places.Count != 1:
            raise SystemExit(f"“{words}” stands in the text {places.Count} times")
        return places.getByIndex(0)

    def command(self, name: str, *more: Any) -> None:
        self.dispatcher.executeDispatch(
            self.doc.CurrentController.Frame, f".uno:{name}", "", 0, more
        )

    def edit(self, words: str, others: str) -> None:
        self.found(words).setString(others)

    def delete(self, words: str) -> None:
        place = self.found(words)
        cursor = place.Text.createTextCursorByRange(place.Start)
        cursor.gotoStartOfParagraph(False)
        cursor.gotoNextParagraph(True)
        cursor.setString("")

    def move(self, words: str) -> None:
        self.doc.CurrentController.ViewCursor.gotoRange(self.found(words).Start, False)
        self.command("MoveDown")

    def comment(self, words: str, said: str) -> None:
        self._comment(self.found(words), said)

    def _comment(self, place: Any, said: str) -> None:
        # What a search finds is not taken for a comment's words: a selection from left to right is.
        cursor = place.Text.createTextCursorByRange(place.Start)
        cursor.gotoRange(place.End, True)
        note = self.doc.createInstance(ANNOTATION)
        note.Author, note.Content = self.author, said
        note.DateTimeValue = self._now()
        place.Text.insertTextContent(cursor, note, True)

    def reply(self, words: str, said: str) -> None:
        """Adds a comment at the place of another: its own command for replies answers nobody here."""
        notes = self.doc.TextFields.createEnumeration()
        while notes.hasMoreElements():
            note = notes.nextElement()
            if note.supportsService(ANNOTATION) and note.Content == words:
                place = note.Anchor
                break
        else:
            raise SystemExit(f"no comment says “{words}”")
        self._comment(place, said)

    @staticmethod
    def _now() -> Any:
        now = datetime.now(UTC)
        made = uno.createUnoStruct("com.sun.star.util.DateTime")
        made.Year, made.Month, made.Day = now.year, now.month, now.day
        made.Hours, made.Minutes, made.Seconds = now.hour, now.minute, now.second
        return made

    def look(self, _: str, path: str) -> None:
        self.doc.storeToURL(
            uno.systemPathToFileUrl(path), (value("FilterName", "writer_pdf_Export"),)
        )


def main() -> None:
    file, marked, plan = sys.argv[1:]
    said = json.loads(Path(plan).read_text(encoding="utf-8"))
    with Office(said["author"]) as made:
        doc = made.opened(str(Path(file).resolve()))
        marking = Marking(made, doc)
        for what, words, *more in said["deeds"]:
            getattr(marking, what)(words, *more)
        doc.storeToURL(
            uno.systemPathToFileUrl(str(Path(marked).resolve())), (value("FilterName", WORD),)
        )
        doc.close(True)


if __name__ == "__main__":
    main()
