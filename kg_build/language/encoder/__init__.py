"""The shared encoder: characters to vectors, names and trees. What it is trained from: ``kg_build.language.training``."""

ENCODER, PARSER, CHARACTERS, SETTINGS = "encoder.onnx", "parser.onnx", "characters.txt", "settings.json"
"""Files of a trained network's folder."""
NAMES = "labels"
"""Key of the names' labels in `SETTINGS`."""
GENERIC = "Generic"
"""Label of a general word (该区) that means an entity, beside its type."""
ONE_WORD = frozenset({"Person", "Official"})
"""Labels whose names are one token each."""
