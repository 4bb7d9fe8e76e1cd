import random

from hypothesis import given
from hypothesis import strategies as st

from kg_build.language.training.samples import Sample
from kg_build.language.training.swap import Swapper

TEXT = "青禾电子与白鹭仪器签约,青禾电子拟建传感器项目。"
NAMES = (
    (0, 4, "Enterprise"),
    (5, 9, "Enterprise"),
    (12, 16, "Enterprise"),
    (18, 21, "Industry"),
    (18, 23, "Project"),
)
SAMPLE = Sample("p", TEXT, NAMES)
OTHERS = (Sample("q", "沧澜机电", ((0, 4, "Enterprise"),)), Sample("r", "轴承环", ((0, 3, "Industry"),)))


@given(st.integers(0, 50), st.sampled_from([0.3, 1.0]))
def test_positions_and_labels_stay(seed, share):
    swapped = Swapper.of([SAMPLE, *OTHERS], share).swap(SAMPLE, random.Random(seed))
    assert swapped.names == NAMES
    assert len(swapped.text) == len(TEXT)
    outside = [i for i in range(len(TEXT)) if not any(a <= i < b for a, b, _ in NAMES)]
    assert [swapped.text[i] for i in outside] == [TEXT[i] for i in outside]


@given(st.integers(0, 50))
def test_a_name_becomes_the_same_one_everywhere_and_one_of_its_pool(seed):
    swapped = Swapper.of([SAMPLE, *OTHERS], 1.0).swap(SAMPLE, random.Random(seed)).text
    assert swapped[0:4] == swapped[12:16]
    assert {swapped[0:4], swapped[5:9]} <= {"青禾电子", "白鹭仪器", "沧澜机电"}


def test_names_are_exchanged_and_share_nothing_leaves_them():
    drawn = {Swapper.of([SAMPLE, *OTHERS], 1.0).swap(SAMPLE, random.Random(seed)).text for seed in range(20)}
    assert len(drawn) > 1
    assert Swapper.of([SAMPLE, *OTHERS], 0.0).swap(SAMPLE, random.Random(1)) is SAMPLE


def test_a_name_with_another_inside_it_stays_itself():
    around = Sample("p", "云栖智能装备产业园", ((0, 4, "Enterprise"), (0, 9, "Enterprise")))
    swapper = Swapper.of([around, Sample("q", "一二三四五六七八九", ((0, 9, "Enterprise"),))], 1.0)
    for seed in range(10):
        assert swapper.swap(around, random.Random(seed)).text.endswith("装备产业园")


def test_a_text_without_marks_is_left_alone():
    plain = Sample("p", TEXT, None)
    assert Swapper.of(OTHERS, 1.0).swap(plain, random.Random(1)) is plain
