"""From corpora to the model that ships: ``python -m kg_build.language.training`` (see ``docs/model-card.md``)."""
