"""How well the language stage reads: words, trees, names and what it costs, beside other readers of Chinese.

``python -m kg_build.evaluation.language`` prints the tables of ``docs/language.md``. Every measure takes plain text as a build
would read it, but for `trees`, which is about words that are given.
"""
