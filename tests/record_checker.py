"""Checks a record's file from docs/record.md alone: nothing of the product is used here."""

import hashlib
import json
import sys
from pathlib import Path


def sha(value):
    canonical = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def check(data, head=""):
    """Gives what is wrong with a record: no lines when nothing is."""
    raw = data.splitlines(keepends=True)
    lines = [json.loads(line) for line in raw]
    end = lines[-1]
    if end.get("hash") != hashlib.sha256(b"".join(raw[:-1])).hexdigest():
        return ["the file was cut off or altered"]
    of = {k: [x for x in lines if x["kind"] == k] for k in ("row", "text", "change", "entry")}
    wrong, last, told, links, previous = [], {}, {}, {}, {}
    for entry in of["entry"]:
        chain = entry["chain"]
        hashed = {k: v for k, v in entry.items() if k not in ("kind", "hash")}
        number, before = previous.get(chain, (0, ""))
        if (entry["number"], entry["previous"], entry["hash"]) != (number + 1, before, sha(hashed)):
            wrong.append(f"{chain} {entry['number']}")
        previous[chain] = (entry["number"], entry["hash"])
        last |= {(chain, name, key): held for name, key, held in entry["rows"]}
        told |= {(text, version): link for text, version, link in entry["texts"]}
    wrong += [c for c, h in lines[0]["heads"].items() if previous.get(c) != tuple(h)]
    rows = {
        (r["chain"], r["name"], r["key"]): sha([r["name"], r["key"], r["value"]]) for r in of["row"]
    }
    wrong += [f"row {k}" for k, held in rows.items() if k[0] is not None and last.get(k) != held]
    wrong += [f"gone {k}" for k in last if not any(k[1:] == r[1:] for r in rows)]
    for text in of["text"]:
        links[text["id"]] = {0: sha(["text", text["id"], text["first"]])}
    for c in of["change"]:
        words = sha([c["salt"], c["ops"]]) if c["salt"] else c["words"]
        fields = [c[k] for k in ("text", "version", "edit", "deed", "person", "author", "at")]
        link = sha([links[c["text"]].get(c["version"] - 1), *fields, words])
        links[c["text"]][c["version"]] = link
        wrong += [] if link == c["link"] else [f"change {c['text']} {c['version']}"]
    wrong += [f"text {t}" for (t, v), link in told.items() if links[t].get(v) != link]
    wrong += [t["id"] for t in of["text"] if links[t["id"]].get(t["version"]) != t["link"]]
    if head and not any(entry["hash"].startswith(head) for entry in of["entry"]):
        wrong.append(f"no entry has the head {head}")
    return wrong


if __name__ == "__main__":
    found = check(Path(sys.argv[1]).read_bytes(), *sys.argv[2:3])
    print("\n".join(found) or "whole")
    sys.exit(bool(found))
