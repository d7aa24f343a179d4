"""The wheel runs without the checkout: static files, templates and migrations are inside."""

import os
import re
import subprocess
import sys
import urllib.request
import zipfile

from tests.servers import free_port, wait_for
from tests.tools import ROOT

RUN = """
import drafting
print(drafting.__file__, flush=True)
from drafting.cli import main
main()
"""


def test_the_wheel_serves_on_its_own(tmp_path):
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    site = tmp_path / "site"
    with zipfile.ZipFile(wheel) as file:
        file.extractall(site)
        names = file.namelist()
    assert not [n for n in names if "node_modules" in n or "READ-ME" in n]
    port = free_port()
    out = tmp_path / "out"
    with out.open("wb") as log:
        process = subprocess.Popen(
            [
                sys.executable,
                "-P",
                "-c",
                RUN,
                "serve",
                "--demo",
                "--port",
                str(port),
                "--database",
                f"sqlite:///{tmp_path / 'd.sqlite3'}",
            ],
            cwd=tmp_path,
            env=os.environ | {"PYTHONPATH": str(site)},
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        wait_for(
            lambda: b"/enter/" in out.read_bytes() or process.poll() is not None, "it serves", 60
        )
        text = out.read_text()
        assert str(site) in text.splitlines()[0], text
        link = re.search(r"http://\S+/enter/\w+", text)
        assert link, text
        page = urllib.request.urlopen(link[0]).read().decode()
        assert "Eleanor Whitfield" in page
        style = re.search(r'href="(/static/css/[^"]+)"', page)
        assert style
        assert urllib.request.urlopen(f"http://127.0.0.1:{port}{style[1]}").status == 200
    finally:
        process.terminate()
        process.wait(20)
