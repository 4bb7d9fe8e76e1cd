from __future__ import annotations

import pytest

from kg_build.reading.layout.captions import photo_credits


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("湖边人家 吴小北 摄", ["吴小北"]),
        ("湖边人家 本报记者 吴小北 摄", ["吴小北"]),
        ("湖边人家 吴小北 郑一鸣 摄", ["吴小北", "郑一鸣"]),
        ("湖边人家 吴小北/摄", ["吴小北"]),
        ("工人在检修设备。（吴小北 摄）", ["吴小北"]),
        ("工人在检修设备。吴小北摄", ["吴小北"]),
        ("通讯员 吴小北 供图", ["吴小北"]),
    ],
)
def test_credits(line: str, names: list[str]) -> None:
    found = photo_credits(line, 0)
    assert found is not None
    assert [one.name for one in found[0]] == names
    assert {one.role.value for one in found[0]} == {"photographer"}


@pytest.mark.parametrize("line", ["湖边人家", "他爱好航拍和街拍摄", "记者在现场拍摄。", "", "摄", "请看航拍"])
def test_no_credits(line: str) -> None:
    assert photo_credits(line, 0) is None
