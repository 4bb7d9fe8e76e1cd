import json

import pytest

from kg_build.evaluation.language.table import Table, left_out

TABLE = Table("Words", ("reader", "F", "count", "seconds"), (("ours", 0.95234, 12, 31.26), ("other", None, 3, 0.5)), ("a note",))


def test_markdown_has_heading_table_and_notes() -> None:
    assert TABLE.markdown() == (
        "## Words\n\n| reader | F | count | seconds |\n| --- | --- | --- | --- |\n"
        "| ours | 0.952 | 12 | 31.3 |\n| other | – | 3 | 0.500 |\n\n- a note\n"
    )


def test_what_programs_get_is_not_rounded() -> None:
    assert json.loads(json.dumps(TABLE.plain()))["rows"][0] == {"reader": "ours", "F": 0.95234, "count": 12, "seconds": 31.26}


def test_a_block_that_could_not_be_measured_says_why() -> None:
    assert left_out("Trees", ["none"]).markdown() == "## Trees\n\n- left out: none\n"


def test_a_row_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^Words: a row has another length"):
        Table("Words", ("a", "b"), ((1,),))
