"""Tables: aligned, no trailing spaces, whole when piped, folded on a terminal."""

from hypothesis import given
from hypothesis import strategies as st

from headrace.cli.tables import cell, cells_of, lay_out

TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z", "M")), max_size=40)


def test_columns_are_aligned_and_end_without_spaces() -> None:
    lines = list(
        lay_out(["NAME", "LAG", "NOTE"], [["a", "5", "-"], ["longer", "1000", "x"]], [False, True, False], None)
    )
    assert lines == ["NAME     LAG  NOTE", "a          5  -", "longer  1000  x"]


def test_wide_characters_take_two_cells() -> None:
    lines = list(lay_out(["A", "B"], [["水車", "x"], ["abc", "y"]], [False, False], None))
    assert lines == ["A     B", "水車  x", "abc   y"]


def test_a_terminal_gets_the_widest_column_folded_at_words() -> None:
    message = "stopped after in-0, offset 1: thrown: Error: cannot take boom (bad.js:4:50)"
    lines = list(lay_out(["NAME", "LAG", "MESSAGE"], [["bad", "3", message]], [False, True, False], 40))
    assert max(map(len, lines)) <= 40
    assert lines[1].startswith("bad     3  stopped after in-0,")
    assert " ".join(line[11:] for line in lines[1:]) == message


@given(st.lists(st.tuples(TEXT, TEXT), min_size=1, max_size=5), st.integers(30, 90))
def test_folding_loses_no_character_and_keeps_the_width(rows: list[tuple[str, str]], width: int) -> None:
    lines = list(lay_out(["A", "B"], rows, [False, False], width))
    assert all(cells_of(line) <= width for line in lines)
    assert sorted("".join(lines).replace(" ", "")) == sorted("AB" + "".join(map("".join, rows)))


def test_cells_are_readable_and_harmless() -> None:
    assert [cell(value) for value in (None, "", [], True, 0, ["a", "b"])] == ["-", "-", "-", "yes", "0", "a,b"]
    assert cell("\x1b[31mred\n") == "\\x1b[31mred\\n"
