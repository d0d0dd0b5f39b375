"""The page for users says what the code advertises and what this suite knows to differ."""

from __future__ import annotations

from headrace_testing import compatibility_page


def test_page_is_up_to_date() -> None:
    written = compatibility_page.PAGE.read_text()
    assert written == compatibility_page.page(), f"run {compatibility_page.REMAKE}"
