from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

SENTENCES = [
    "赛川/B-ORG 集团/I-ORG 投资/O 项目/O 。/O",
    "王凡/B-PER 来到/O 云岭/B-LOC 市/I-LOC 。/O",
    "项目/O 位/O 于/O 白水/B-LOC 河/I-LOC 边/O ，/O 投资/O 12.5/O 亿/O 元/O 。/O",
    "远山/B-ORG 公司/I-ORG 建设/O 园区/O 。/O",
]


@pytest.fixture
def corpora_folder(tmp_path: Path) -> Path:
    """A folder laid out like the real corpora, with a few made-up sentences."""
    folder = tmp_path / "corpora"
    for part, times in (("train", 12), ("dev", 3), ("test", 3)):
        path = folder / f"uner_zh_gsdsimp/zh_gsdsimp-ud-{part}.iob2"
        path.parent.mkdir(parents=True, exist_ok=True)
        blocks = []
        for sentence in SENTENCES * times:
            pairs = [word.rsplit("/", 1) for word in sentence.split()]
            rows = "".join(f"{i}\t{word}\t{tag}\t-\t-\n" for i, (word, tag) in enumerate(pairs, 1))
            blocks.append(f"# text = {''.join(word for word, _ in pairs)}\n{rows}\n")
        path.write_text("".join(blocks), encoding="utf-8")
    news = folder / "ud_zh_pud/zh_pud-ud-test.conllu"
    news.parent.mkdir()
    words = ["總統", "說", "話", "。"]
    rows = "".join(f"{i}\t{word}\t_\t_\t_\t_\t0\tdep\t_\t_\n" for i, word in enumerate(words, 1))
    news.write_text(f"# sent_id = n1\n{rows}\n" * 5, encoding="utf-8")
    return folder


@pytest.fixture
def fake_label() -> Callable[[Sequence[Sequence[str]], Path], Path]:
    """Stands for CoreNLP: the first word is the root, every other one its object or a mark."""

    def label(sentences: Sequence[Sequence[str]], cache: Path) -> Path:
        blocks = []
        for words in sentences:
            rows = []
            for i, word in enumerate(words, 1):
                tag, relation = ("PU", "punct") if not word[0].isalnum() else ("NN", "dobj")
                head, relation = (0, "root") if i == 1 else (1, relation)
                rows.append(f"{i}\t{word}\t_\t_\t{tag}\t_\t{head}\t{relation}\t_\t_\n")
            blocks.append("".join(rows) + "\n")
        path = cache / f"labels-{len(sentences)}.conllu"
        path.write_text("".join(blocks), encoding="utf-8")
        return path

    return label
