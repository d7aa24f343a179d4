"""The command line. Each command's module is read only when it is called: a redline starts fast."""

from __future__ import annotations

import importlib
import sys

import click

from drafting.errors import Refusal

_COMMANDS = {
    "serve": "drafting.cli.serve:serve",
    "import": "drafting.cli.importing:import_",
    "export": "drafting.cli.drafts:export",
    "verify": "drafting.cli.verify:verify",
    "record": "drafting.cli.verify:record",
    "circulated": "drafting.cli.verify:circulated",
    "check": "drafting.cli.check:check",
    "citations": "drafting.cli.citations:citations",
    "convert": "drafting.cli.files:convert",
    "forward": "drafting.cli.forward:forward",
    "redline": "drafting.cli.files:redline",
    "marks": "drafting.cli.marks:marks",
    "sponsor-line": "drafting.cli.sponsors:sponsor_line",
    "outlook": "drafting.cli.outlook:outlook_",
    "people": "drafting.cli.people:people",
    "demo": "drafting.cli.demo:demo",
    "doctor": "drafting.cli.doctor:doctor",
    "backup": "drafting.cli.backup:backup",
    "restore": "drafting.cli.backup:restore",
    "db": "drafting.cli.database:db",
}


class _Lazy(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:  # noqa: ARG002
        where = _COMMANDS.get(name)
        if where is None:
            return None
        module, _, attribute = where.partition(":")
        command = getattr(importlib.import_module(module), attribute)
        if not isinstance(command, click.Command):
            raise TypeError(where)
        return command


@click.group(cls=_Lazy)
@click.version_option(package_name="drafting")
def group() -> None:
    """Draft resolutions together: serve the table, bring texts in and out, compare them."""


def main() -> None:
    """Runs a command; a refusal is one sentence on standard error and exit code 1."""
    try:
        group()
    except Refusal as refusal:
        click.echo(f"drafting: {refusal.detail}", err=True)
        sys.exit(1)
