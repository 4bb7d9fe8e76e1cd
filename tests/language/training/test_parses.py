from pathlib import Path

from kg_build.language.training.parses import read_parses

ROW = "{}\t{}\t_\t_\t{}\t_\t{}\t{}\t_\t_\n"


def test_heads_count_from_nought_and_a_root_is_its_own(tmp_path: Path) -> None:
    path = tmp_path / "p.conllu"
    first = [(1, "他", "PN", 2, "nsubj"), (2, "来", "VV", 0, "root"), (3, "了", "AS", 2, "aux:asp")]
    second = [(1, "好", "VA", 0, "root"), (2, "啊", "SP", 1, "KILL")]
    blocks = ["# sent_id = 1\n" + "".join(ROW.format(*row) for row in rows) for rows in (first, second)]
    path.write_text("\n" + "\n\n".join(blocks), encoding="utf-8")
    assert read_parses(path) == [
        [("他", "PN", 1, "nsubj"), ("来", "VV", 1, "ROOT"), ("了", "AS", 1, "aux:asp")],
        [("好", "VA", 0, "ROOT"), ("啊", "SP", 0, "dep")],
    ]


def test_an_empty_file_has_no_sentences(tmp_path: Path) -> None:
    path = tmp_path / "p.conllu"
    path.write_text("# nothing\n\n", encoding="utf-8")
    assert read_parses(path) == []
