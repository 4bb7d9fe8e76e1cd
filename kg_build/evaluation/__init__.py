"""How well a store says what a careful reader would say: gold annotations compared with the graph of the same files."""

from kg_build.evaluation.gold import Gold, load_gold
from kg_build.evaluation.scores import Score, evaluate

__all__ = ["Gold", "Score", "evaluate", "load_gold"]
