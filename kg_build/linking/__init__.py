"""Linking: things of the store and the records of gazetteers that mean the same, decided or left for review, never guessed.

things (what the store says of each) → gazetteers (candidates by blocking) → scoring → deciding → links' graph and SSSOM.
"""
