"""The shared encoder: characters to vectors, names and trees. What it is trained from: ``kg_build.language.training``."""

ENCODER, PARSER, PAIRS = "encoder.onnx", "parser.onnx", "pairs.onnx"
CHARACTERS, SETTINGS = "characters.txt", "settings.json"
"""Files of a trained network's folder."""
NAMES = "labels"
"""Key of the names' labels in `SETTINGS`."""
PROPERTIES, POSSIBLE = "properties", "possible"
"""Keys of what the scorer of pairs knows: properties, and which types go with them."""
GENERIC = "Generic"
"""Label of a general word (该区) that means an entity, beside its type."""
ONE_WORD = frozenset({"Person", "Official"})
"""Labels whose names are one token each."""
