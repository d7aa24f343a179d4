"""The page where two files are compared. It asks nobody who they are, and the database nothing."""

from __future__ import annotations

from flask import render_template

from drafting.web.pages import pages

__all__ = ["pages"]


@pages.get("/compare")
def comparing_page() -> str:
    """Shows the form; what differs is asked of the API."""
    return render_template("comparing.html", me=None)
