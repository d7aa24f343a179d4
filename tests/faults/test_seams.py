"""What the kill harness found without a kill: words typed at the seam of a merge that is then undone."""

from __future__ import annotations


def words_of_all(at_table):
    return [at_table.words(f"PP{n}") for n in (1, 2, 3)]


def test_words_typed_at_the_seam_of_a_merge_survive_its_undoing(at_table):
    first, second, third = words_of_all(at_table)
    merged = at_table.do("merge", paragraph=at_table.id("PP2"))
    at_table.typed("PP1", "⟦typed⟧", len(first))
    at_table.do("undo", deed=merged["deed"]["id"])
    assert words_of_all(at_table) == [first + "⟦typed⟧", second, third]


def test_a_blank_that_was_deleted_at_the_seam_takes_no_letter_with_it(at_table):
    first, second, third = words_of_all(at_table)
    merged = at_table.do("merge", paragraph=at_table.id("PP2"))
    at_table.edit("PP1", [{"retain": len(first)}, {"delete": 1}])
    at_table.do("undo", deed=merged["deed"]["id"])
    assert words_of_all(at_table) == [first, second, third]


def test_words_typed_behind_the_blank_of_a_merge_go_with_the_second_half(at_table):
    first, second, third = words_of_all(at_table)
    merged = at_table.do("merge", paragraph=at_table.id("PP2"))
    at_table.typed("PP1", "⟦typed⟧", len(first) + 1)
    at_table.do("undo", deed=merged["deed"]["id"])
    assert words_of_all(at_table) == [first, "⟦typed⟧" + second, third]
