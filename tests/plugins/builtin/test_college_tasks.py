from __future__ import annotations

import json

import pytest

from siprecruit.plugins.builtin import college_tasks
from siprecruit.testing import InboxContract, a_context
from siprecruit.testing.contracts.inbox import assert_command

SHEET = """\
Surname,Forename,LA,URN,Name of referee,Date asked,Deadline
Drake,Colin,Suffolk,990003,Margaret Ilsley,30/05/2007,27/06/2007
"""


class TestCollegeTasks(InboxContract):
    """The folder keeps what an inbox promises; it speaks no HTTP."""

    plugin = college_tasks
    http = False
    garbles_some = True

    @pytest.fixture
    def arrives(self, context):
        """The college sends another list."""
        numbers = iter(range(100, 999))

        def one_more() -> None:
            number = next(numbers)
            drop(context, f"list-{number}.csv", SHEET.replace("990003", f"990{number}"))

        return one_more

    @pytest.fixture
    def garbles(self, context):
        """Somebody drops a photograph."""
        return lambda: drop(context, "list.csv", "\0\0\0")


@pytest.fixture
def context(tmp_path, clock):
    return a_context(college_tasks, home=tmp_path, clock=clock).context


def drop(context, name, content):
    place = context.home / "college" / "tasks"
    place.mkdir(parents=True, exist_ok=True)
    (place / name).write_text(content, "utf-8")


def test_one_of_our_heads_applies_elsewhere(context):
    """No applicant of ours: the application, its referee and the task come in together."""
    drop(context, "list.csv", SHEET)
    (item,) = college_tasks.poll(context, "").items
    for told in item.commands:
        assert_command(told)
    elsewhere, referee, task = item.commands
    assert elsewhere["stream"] == referee["stream"] == task["stream"] == "application/new"
    assert elsewhere["data"] == {
        "first_name": "Colin",
        "last_name": "Drake",
        "authority": "suffolk",
        "employer_urn": "990003",
    }
    assert referee["data"] == {"referee": "1", "name": "Margaret Ilsley", "from_la": True}
    assert (task["on"], task["data"]["due"], task["data"]["asked_by"]) == ("2007-05-30", "2007-06-27", "ncsl")


def test_an_applicant_of_ours_is_known_by_the_code(context):
    """The college asks a referee of our applicant: the task stands in that application."""
    told = {"application": "A7K4P", "referee": "2", "asked_on": "2007-05-31", "asked_by": "ncsl"}
    drop(context, "one.json", json.dumps(told))
    ((item),) = college_tasks.poll(context, "").items
    (task,) = item.commands
    assert_command(task)
    assert (task["command"], task["stream"]) == ("reference.begin_outside", "application/A7K4P")
    assert task["data"]["referee"] == "2"


def test_a_list_that_is_sent_again_is_known(context):
    """The college sends the whole list each week: what stood there before has the receipt that it had."""
    drop(context, "week-1.csv", SHEET)
    first = college_tasks.poll(context, "")
    drop(context, "week-2.csv", SHEET + SHEET.splitlines()[1].replace("Drake", "Finch") + "\n")
    second = college_tasks.poll(context, first.cursor)
    assert len(second.items) == 2
    assert first.items[0].receipt in {item.receipt for item in second.items}


def test_of_a_list_with_a_bad_line_the_others_go_in(context):
    """What is wrong stands beside a copy of the list, by line; what is right is taken."""
    drop(context, "list.csv", SHEET + "Finch,Ann,Suffolk,,Margaret Ilsley,soon,\n,,,,,01/06/2007,\n")
    assert len(college_tasks.poll(context, "").items) == 1
    told = (context.home / "college" / "tasks" / "set-aside" / "list.csv.why.txt").read_text()
    assert told == (
        "Line 3: what stands in asked_on can't be taken for one\n"
        "Line 4: first name is missing, and so is the code of an application of ours\n"
    )


@pytest.mark.parametrize(
    ("told", "said"),
    [
        (
            {"asked_on": "2007-05-31", "application": "A7K4P"},
            "Task 1: which referee of the application it is must",
        ),
        ({"application": "A7K4P", "referee": "2"}, "Task 1: the day in asked_on is missing"),
        (
            {"application": "A 7", "referee": "2", "asked_on": "2007-05-31"},
            "Task 1: what stands in application",
        ),
        ({"colour": "red"}, "Task 1: colour is none of application"),
        (["x"], "Task 1: a task must be an object of texts"),
    ],
)
def test_what_is_no_task_is_set_aside(context, told, said):
    """With a sentence that says which and why, and repeats no name."""
    drop(context, "one.json", json.dumps(told))
    assert college_tasks.poll(context, "").items == ()
    written = (context.home / "college" / "tasks" / "set-aside" / "one.json.why.txt").read_text()
    assert written.startswith(said)


def test_what_lies_set_aside_is_told_until_it_is_taken_away(context):
    """Whoever mends it drops it again, and takes the bad one away: then there is nothing to look at."""
    drop(context, "one.json", "nonsense")
    drop(context, "list.csv", SHEET + ",,,,,01/06/2007,\n")
    first = college_tasks.poll(context, "")
    assert first.unread is not None
    assert sorted(first.unread) == ["list.csv", "one.json"]
    assert first.unread["one.json"] == "The file is not JSON: see line 1, column 1."
    aside = context.home / "college" / "tasks" / "set-aside"
    (aside / "one.json").unlink()
    assert [*(college_tasks.poll(context, first.cursor).unread or ())] == ["list.csv"]
