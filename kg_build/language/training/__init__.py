"""From corpora to the model that ships: the steps that ``project.yml`` puts in order (see ``docs/model-card.md``)."""
