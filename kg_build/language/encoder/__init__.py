"""The shared encoder: characters to vectors, names and trees. What it is trained from: ``kg_build.language.training``."""

ENCODER, PARSER, PAIRS = "encoder.onnx", "parser.onnx", "pairs.onnx"
CHARACTERS, SUBWORDS, SETTINGS = "characters.txt", "subwords.txt", "settings.json"
"""Files of a trained network's folder."""
NAMES = "labels"
"""Key of the names' labels in `SETTINGS`."""
PROPERTIES, POSSIBLE = "properties", "possible"
"""Keys of what the scorer of pairs knows: properties, and which types go with them."""
GENERIC = "Generic"
"""Label of a general word (该区) that means an entity, beside its type."""
INDICATOR = "Indicator"
"""Label of the words that name what a figure is about (固定资产投资); they may lie across names."""
ALONE = frozenset({"planned", "signed", "underConstruction", "completed", "stalled"})
"""Properties of one thing, which the scorer of pairs gives to a mention with itself: the states of a project."""
ONE_WORD = frozenset({"Person", "Official"})
"""Labels whose names are one token each."""
