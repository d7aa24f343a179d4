"""Kills: a client of the documented contract, a harness that kills, a checker apart."""
