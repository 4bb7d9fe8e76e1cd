"""Article → spaCy `Doc`: segmentation, sentences, tags, parse, names.

`load_pipeline`, `encode`, `annotate` and `score_pairs` are the stage's whole face; ``training`` makes the model that ships
in ``model``.
"""

from kg_build.language.encoder import ALONE, INDICATOR
from kg_build.language.encoder.encode import Encoded, Scored
from kg_build.language.encoder.names import apart
from kg_build.language.encoder.pairs import FIGURE, Likely, Thing
from kg_build.language.pipeline import annotate, encode, load_pipeline, pipeline_id, score_pairs
from kg_build.language.second_opinion import Named, SecondOpinion, load_second_opinion

__all__ = [
    "ALONE",
    "FIGURE",
    "INDICATOR",
    "Encoded",
    "Likely",
    "Named",
    "Scored",
    "SecondOpinion",
    "Thing",
    "annotate",
    "apart",
    "encode",
    "load_pipeline",
    "load_second_opinion",
    "pipeline_id",
    "score_pairs",
]
