"""The real tickets: the file that is shipped is the one that its README describes."""

import csv
import gzip

COLUMNS = [
    "number", "opened_at", "resolved_at", "closed_at", "priority", "first_priority", "made_sla",
    "reassignments", "reopens", "contact_type", "location", "category", "assignment_group",
    "states",
]  # fmt: skip


def rows(root):
    path = root / "scenarios" / "data" / "uci498_incidents.csv.gz"
    with gzip.open(path, "rt", encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_it_has_the_incidents_of_two_complete_months_in_order_of_opening(root):
    opened = [row["opened_at"] for row in rows(root)]
    assert len(opened) == 17_136
    assert opened == sorted(opened)
    assert (opened[0][:10], opened[-1][:10]) == ("2016-02-29", "2016-04-30")


def test_its_columns_are_those_that_are_explained(root):
    readme = (root / "scenarios" / "data" / "README.md").read_text(encoding="utf-8")
    assert list(rows(root)[0]) == COLUMNS
    assert all(f"`{column}`" in readme for column in COLUMNS)


def test_figures_of_the_readme_are_those_of_the_file(root):
    tickets = rows(root)
    assert sum(not row["resolved_at"] for row in tickets) == 1_230
    assert sum(row["contact_type"] == "Phone" for row in tickets) == 17_100
    busiest = {"204", "161", "143", "108", "93", "51"}
    assert round(sum(row["location"] not in busiest for row in tickets) / len(tickets), 2) == 0.26
    assert round(sum(row["made_sla"] == "true" for row in tickets) / len(tickets), 3) == 0.572
    simulated = [row for row in tickets if row["opened_at"] >= "2016-03-14"]
    assert sum(row["resolved_at"] >= "2016-05-31" for row in simulated) == 341


def test_the_attribution_goes_where_the_rows_go(root):
    readme = (root / "scenarios" / "data" / "README.md").read_text(encoding="utf-8")
    said = " ".join(readme.split())
    assert "(C. Amaral, M. Fantinato, S. Peres; UCI Machine Learning Repository no. 498)" in said
    assert "CC BY 4.0: keep this attribution wherever the rows go" in said


def test_the_file_holds_no_time_of_its_making(root):
    packed = (root / "scenarios" / "data" / "uci498_incidents.csv.gz").read_bytes()
    assert packed[4:8] == bytes(4)  # gzip's time stamp: packed again it is the same to the byte
