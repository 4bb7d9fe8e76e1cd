"""Article → spaCy `Doc`: segmentation, sentences, tags, parse, names.

`load_pipeline` and `annotate` are the stage's whole face; ``training`` makes the model that ships in ``model``.
"""

from kg_build.language.pipeline import annotate, load_pipeline, pipeline_id

__all__ = ["annotate", "load_pipeline", "pipeline_id"]
