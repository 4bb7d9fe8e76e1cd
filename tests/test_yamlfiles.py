from __future__ import annotations

import pytest
import yaml

from kg_build.yamlfiles import load_yaml


def test_texts_and_open_files_give_plain_values(tmp_path):
    path = tmp_path / "a.yaml"
    path.write_text("园区: [1, yes, 2024-05-01]", encoding="utf-8")
    with path.open(encoding="utf-8") as file:
        assert load_yaml(file) == load_yaml("园区: [1, yes, 2024-05-01]") == yaml.safe_load("园区: [1, yes, 2024-05-01]")


@pytest.mark.parametrize("text", ["!!python/object/apply:os.getcwd []", "a: [", "a: b: c"])
def test_what_is_no_plain_value_is_refused(text):
    with pytest.raises(yaml.YAMLError):
        load_yaml(text)
