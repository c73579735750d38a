"""What the script adds, in Chromium; each page works without it, and says so where it cannot."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.conf import LazySettings
from playwright.sync_api import Browser, Page, Route

from forewatch.ui.tests.showing import Shown


class Desk:
    """Answers drafts in place of a server, and keeps what was sent."""

    def __init__(self, page: Page, status: int = 204) -> None:
        self.status, self.got = status, []
        page.route("**/draft", self.answer)

    def answer(self, route: Route) -> None:
        self.got.append(route.request.post_data or "")
        route.fulfill(status=self.status, body="")


def test_a_draft_is_saved_a_moment_after_the_last_change(shown: Shown) -> None:
    page = shown()
    desk = Desk(page)

    page.fill("[name=notes]", "a leaking roof")
    page.fill("[name=notes]", "a leaking roof, and no well")

    page.get_by_text("Draft saved").wait_for()
    assert len(desk.got) == 1, "only the last change is sent"
    assert "and no well" in desk.got[0]
    assert 'name="autosave"' in desk.got[0]
    assert page.locator("[data-autosave-status]").inner_text()[-5:-3].isdigit()


def test_what_could_not_be_saved_is_said_and_stays(shown: Shown) -> None:
    page = shown()
    desk = Desk(page, status=503)

    page.fill("[name=notes]", "a leaking roof")

    page.get_by_text("Not saved yet").wait_for()
    assert page.input_value("[name=notes]") == "a leaking roof"
    assert desk.got


def test_an_answer_that_leads_to_the_sign_in_page_is_not_called_saved(shown: Shown) -> None:
    page = shown()
    page.route("**/draft", lambda route: route.fulfill(status=302, headers={"Location": "/account/login/"}))

    page.fill("[name=notes]", "a leaking roof")

    page.get_by_text("Not saved yet").wait_for()


def test_a_page_put_away_saves_at_once(shown: Shown) -> None:
    page = shown()
    desk = Desk(page)
    page.fill("[name=notes]", "a leaking roof")

    page.evaluate(
        """() => {
            Object.defineProperty(document, "visibilityState", {value: "hidden"});
            document.dispatchEvent(new Event("visibilitychange"));
        }"""
    )

    page.get_by_text("Draft saved").wait_for(timeout=1000)
    assert len(desk.got) == 1


def test_leaving_with_changes_asks_first(shown: Shown) -> None:
    page = shown()
    page.evaluate("delete document.querySelector('form[data-guard]').dataset.autosave")
    asked: list[str] = []

    def asks(dialog: object) -> None:
        asked.append(dialog.type)  # type: ignore[attr-defined]
        dialog.dismiss()  # type: ignore[attr-defined]

    page.on("dialog", asks)
    page.fill("[name=notes]", "a leaking roof")

    # By a link, as people leave; to close the page itself while it asks can end the whole browser.
    page.evaluate("setTimeout(() => { location.href = 'about:blank' })")
    for _ in range(50):
        if asked:
            break
        page.wait_for_timeout(20)

    assert asked == ["beforeunload"]
    assert page.input_value("[name=notes]") == "a leaking roof"


def test_rows_are_walked_from_the_keyboard(shown: Shown) -> None:
    page = shown()
    focused = "document.activeElement.textContent"
    page.focus("a.row")

    seen = [page.evaluate(focused)]
    for key in ("j", "ArrowDown", "ArrowDown", "k"):
        page.keyboard.press(key)
        seen.append(page.evaluate(focused))

    assert seen == ["House 14/2", "House 9", "บ้านเลขที่ 120", "บ้านเลขที่ 120", "House 9"]
    page.keyboard.press("Enter")
    page.wait_for_url("**#2")


def test_letters_do_nothing_elsewhere(shown: Shown) -> None:
    page = shown()
    page.focus("[name=notes]")

    page.keyboard.type("jk")

    assert page.input_value("[name=notes]") == "jk"


def test_a_receipt_is_copied_and_a_page_printed(shown: Shown) -> None:
    page = shown(permissions=["clipboard-read", "clipboard-write"])
    page.evaluate("window.print = () => { document.title = 'printed' }")

    page.click("[data-copy]")
    page.get_by_role("button", name="Copied").wait_for()
    page.click("[data-print]")

    assert page.evaluate("navigator.clipboard.readText()") == "R-2024-00182"
    assert page.title() == "printed"


def test_without_a_script_no_button_promises_what_it_cannot_do(shown: Shown) -> None:
    page = shown(javascript=False)

    assert not page.locator("[data-print]").is_visible()
    assert not page.locator("[data-copy]").is_visible()


def test_a_browser_that_has_ended_is_started_again(launch: Callable[[], Browser]) -> None:
    first = launch()
    assert launch() is first
    first.close()
    assert launch().is_connected()


@pytest.mark.parametrize("practice", [True, False])
def test_a_practice_is_marked_on_every_page_below_which_everything_can_be_clicked(
    shown: Shown, settings: LazySettings, practice: bool
) -> None:
    settings.DEMO = practice
    page = shown()
    mark = page.evaluate("""() => {
        const one = getComputedStyle(document.body, '::after');
        return [one.content.includes('made-up people'), one.position, one.pointerEvents];
    }""")
    assert (mark == [True, "fixed", "none"]) is practice
    page.fill("[name=notes]", "below the mark")
    assert page.input_value("[name=notes]") == "below the mark"
