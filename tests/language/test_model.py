import hashlib
import json
from pathlib import Path

import pytest

import kg_build.language

FOLDER = Path(kg_build.language.__file__).with_name("model")
FILES = sorted(path for path in FOLDER.rglob("*") if path.is_file())


def test_the_model_is_small() -> None:
    sizes = [path.stat().st_size for path in FILES]
    assert max(sizes) <= 20_000_000
    assert sum(sizes) <= 25_000_000


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(FOLDER).as_posix())
def test_no_file_is_a_pickle(path: Path) -> None:
    assert path.suffix not in {".pkl", ".pickle"}
    assert not path.read_bytes().startswith((b"\x80\x02", b"\x80\x03", b"\x80\x04\x95", b"\x80\x05\x95"))


def test_the_files_are_those_that_training_recorded() -> None:
    record = json.loads((FOLDER / "TRAINING.json").read_text(encoding="utf-8"))
    found = {path.relative_to(FOLDER).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in FILES}
    del found["TRAINING.json"]
    assert record["outputs"] == found


def test_the_licence_of_the_weights_is_said() -> None:
    assert json.loads((FOLDER / "meta.json").read_text(encoding="utf-8"))["license"] == "CC BY-SA 4.0"
    assert "CC BY-SA 4.0" in (FOLDER / "NOTICE.md").read_text(encoding="utf-8")
