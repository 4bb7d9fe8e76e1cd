"""Article → spaCy `Doc`: segmentation, sentences, tags, parse, names.

`load_pipeline`, `encode` and `annotate` are the stage's whole face; ``training`` makes the model that ships in ``model``.
"""

from kg_build.language.encoder.encode import Encoded, Scored
from kg_build.language.pipeline import annotate, encode, load_pipeline, pipeline_id
from kg_build.language.second_opinion import Named, SecondOpinion, load_second_opinion

__all__ = [
    "Encoded",
    "Named",
    "Scored",
    "SecondOpinion",
    "annotate",
    "encode",
    "load_pipeline",
    "load_second_opinion",
    "pipeline_id",
]
