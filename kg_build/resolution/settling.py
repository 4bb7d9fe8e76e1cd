"""What the rules state and what the scorer of pairs finds likely, weighed against each other thing by thing.

A pair of things is as likely as the likeliest pair of their mentions. ``data/likely.yaml`` has the weights.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from kg_build.extraction.customers import is_customer
from kg_build.extraction.likely import AROUND
from kg_build.extraction.story import Stories
from kg_build.model import SYMMETRIC, MentionForm, Observation, Span, Statement, both
from kg_build.quantities import find_quantities
from kg_build.resolution.article import LocalResolution
from kg_build.resolution.statements import ONE_OBJECT
from kg_build.resolution.words import NEVER, likely_table

Key = tuple[int, str, int | Decimal | str]
"""Cluster, property; cluster, a figure's size or a state."""
Likely = Mapping[Key, Statement]
Owners = Mapping[tuple[str, Decimal], Mapping[int, Statement]]
"""By sort and size of a figure: whose it may be (cluster)."""
GROWTH, ANY = "growth", "any"
FIGURE_RULE = "figure.pairs"
"""The rule of figures that the scorer alone names and gives an owner."""
RULE, ODDS, OWNER, OTHER, WORDS = "rule", "odds", "owner", "other", "words"
"""Names of `Signs`."""
NO_RULE = 0.5
"""What a rule's confidence is taken for where none says it."""
_CLAUSE_END = re.compile(r"[，,；;。！!？?：:\n]")
FIGURES = ("level", GROWTH, "share", "rank")


def settle(local: LocalResolution) -> LocalResolution:
    """The article with the doubtful statements and figures of the rules gone, and those added that the scorer is sure of.

    A figure that is likelier another's goes to the other. Without a scorer nothing changes. All that stays has its `Signs`: for
    a statement how sure ``rule`` and scorer (``odds``) are, for a figure how sure the ``rule`` is, and how likely it is its
    ``owner``'s, that it is the likeliest ``other`` thing's, and that the scorer sees the ``words`` for what it measures.
    """
    extraction = local.extraction
    if not extraction.likely:
        return local
    likely = _likeliest(local)
    kept = [_weighed(local, statement, likely) for statement in extraction.statements if _stays(local, statement, likely)]
    said = {key for statement in kept if (key := _key(local, statement)) is not None}
    settled = {key[:2] for key in said if key[1] in ONE_OBJECT}
    added = [
        statement
        for key, statement in likely.items()
        if key not in said
        and key[:2] not in settled
        and _is_sure(statement, key, likely)
        and _is_told(local, statement, key, said)
    ]
    added = [replace(statement, signs=((RULE, NO_RULE), (ODDS, statement.confidence))) for statement in added]
    statements = sorted([*kept, *added], key=lambda s: (s.evidence.start, s.evidence.end))
    sizes = {abs(figure.value) for figure in find_quantities("".join(extraction.article.text.split()))}
    owners = _owners(likely)
    stories = Stories(extraction.mentions)
    figures = [_owned(local, figure, owners, sizes, stories) for figure in extraction.observations]
    told = _each_once(local, [figure for figure in figures if figure is not None and not _is_a_firms(local, figure)])
    observations = tuple(_with_signs(local, figure, owners, sizes) for figure in told)
    statements = _without_bare_defaults(local, statements, observations, likely)
    return replace(local, extraction=replace(extraction, statements=tuple(statements), observations=observations))


def _without_bare_defaults(
    local: LocalResolution, statements: Sequence[Statement], figures: Iterable[Observation], likely: Likely
) -> list[Statement]:
    """The statements without the doubtful defaults about things of which the article tells nothing else."""
    table = likely_table().alone
    counts = Counter(cluster for statement in statements for cluster in _ends(local, statement))
    counts.update(local.cluster_of[figure.of] for figure in figures if figure.of in local.cluster_of)

    def is_bare(statement: Statement) -> bool:
        key = _key(local, statement)
        doubt = table.get(statement.rule, 0.0)
        return key is not None and counts[key[0]] == 1 and _is_seen(local, key[2]) and _odds(likely, key) < doubt

    return [statement for statement in statements if not is_bare(statement)]


def _ends(local: LocalResolution, statement: Statement) -> set[int]:
    ends = (statement.subject, statement.object) if isinstance(statement.object, int) else (statement.subject,)
    return {local.cluster_of[end] for end in ends if end in local.cluster_of}


def _likeliest(local: LocalResolution) -> Likely:
    best: dict[Key, Statement] = {}
    for statement in local.extraction.likely:
        key = _key(local, statement)
        if key is not None and (key not in best or statement.confidence > best[key].confidence):
            best[key] = statement
    return best


def _key(local: LocalResolution, statement: Statement) -> Key | None:
    one = local.cluster_of.get(statement.subject)
    if one is None:
        return None
    if isinstance(statement.object, str):
        return one, statement.predicate, statement.object
    if isinstance(statement.object, Decimal):
        return one, statement.predicate, abs(statement.object)
    other = local.cluster_of.get(statement.object)
    if other is None or one == other:
        return None
    if statement.predicate in SYMMETRIC and other < one:
        one, other = other, one
    return one, statement.predicate, other


def _stays(local: LocalResolution, statement: Statement, likely: Likely) -> bool:
    key = _key(local, statement)
    least, _ = likely_table().weights.get(statement.predicate, (0.0, NEVER))
    if key is None or not all(_is_seen(local, end) for end in (key[0], key[2])):
        return True
    doubt = likely_table().defaults.get(statement.rule)
    if doubt is not None and (key not in likely or _odds(likely, key) < doubt):
        return False
    return _odds(likely, key) >= least


def _weighed(local: LocalResolution, statement: Statement, likely: Likely) -> Statement:
    """A rule's statement with the scorer's odds in its confidence: the mean of the two log-odds."""
    key = _key(local, statement)
    if key is None or key[1] not in likely_table().weights or not all(_is_seen(local, end) for end in (key[0], key[2])):
        return replace(statement, signs=((RULE, statement.confidence),))
    odds = _odds(likely, key)
    return replace(statement, confidence=both(statement.confidence, odds), signs=((RULE, statement.confidence), (ODDS, odds)))


def _odds(likely: Likely, key: Key) -> float:
    return likely[key].confidence if key in likely else 0.0


def _is_seen(local: LocalResolution, end: int | Decimal | str) -> bool:
    """Whether a thing has any words that the scorer could look at."""
    mentions = local.extraction.mentions
    if not isinstance(end, int):
        return True
    return any(mentions[i].form is not MentionForm.IMPLICIT for i in local.clusters[end].mentions)


def _is_sure(statement: Statement, key: Key, likely: Likely) -> bool:
    _, enough = likely_table().weights.get(statement.predicate, (0.0, NEVER))
    if statement.confidence < enough or statement.currency is not None:
        return False
    return all(rival.confidence <= statement.confidence for rival in _rivals(key, likely))


def _is_told(local: LocalResolution, statement: Statement, key: Key, said: Collection[Key]) -> bool:
    """Whether a word for what the scorer says stands about the two, and the rules don't say it the other way round."""
    table = likely_table()
    aims = table.aims.get(statement.predicate)
    if aims and isinstance(statement.object, int) and any(aim in _clause_before(local, statement.object) for aim in aims):
        return False
    extraction = local.extraction
    place = extraction.mentions[statement.subject].span
    if statement.predicate == "locatedIn" and is_customer(extraction.article.text, place):
        return False
    words = table.words.get(str(statement.object) if statement.predicate == "status" else statement.predicate)
    if words and statement.confidence < table.unworded and not any(word in _about(local, statement) for word in words):
        return False
    return not (statement.predicate in table.one_way and isinstance(key[2], int) and (key[2], key[1], key[0]) in said)


def _about(local: LocalResolution, statement: Statement) -> str:
    """The quote, and what stands from it to either end where it holds only one."""
    spans = [statement.evidence, local.extraction.mentions[statement.subject].span]
    if isinstance(statement.object, int):
        spans.append(local.extraction.mentions[statement.object].span)
    return local.extraction.article.text[min(s.start for s in spans) : max(s.end for s in spans)]


def _clause_before(local: LocalResolution, mention: int) -> str:
    """The words of its clause that stand before a name."""
    start = local.extraction.mentions[mention].span.start
    return _CLAUSE_END.split(local.extraction.article.text[max(0, start - 80) : start])[-1]


def _rivals(key: Key, likely: Likely) -> Iterator[Statement]:
    if key[1] in ONE_OBJECT:
        yield from (rival for other, rival in likely.items() if other[:2] == key[:2])
    if key[1] in likely_table().one_way and isinstance(key[2], int) and (key[2], key[1], key[0]) in likely:
        yield likely[key[2], key[1], key[0]]
    for pair in likely_table().either:
        if key[1] in pair:
            yield from (likely[key[0], name, key[2]] for name in pair if name != key[1] and (key[0], name, key[2]) in likely)


def _owners(likely: Likely) -> Owners:
    found: dict[tuple[str, Decimal], dict[int, Statement]] = {}
    for (owner, kind, value), statement in likely.items():
        if isinstance(value, Decimal) and kind in FIGURES:
            for key in (kind, ANY):
                odds = found.setdefault((key, value), {})
                if owner not in odds or statement.confidence > odds[owner].confidence:
                    odds[owner] = statement
    return found


def _owned(
    local: LocalResolution, figure: Observation, owners: Owners, sizes: set[Decimal], stories: Stories
) -> Observation | None:
    """The figure with the owner that is likeliest; None where it is likely nobody's."""
    cluster = local.cluster_of.get(figure.of)
    if cluster is None:  # a general word (园区) that names nothing here: the story's own zone is meant
        figure = replace(figure, of=stories.at(figure.evidence.start))
        cluster = local.cluster_of.get(figure.of)
    size = figure.value if figure.value is not None else figure.growth
    if cluster is None or size is None or abs(size) not in sizes or not _is_seen(local, cluster):
        return figure
    odds = owners.get((ANY if figure.value is not None else GROWTH, abs(size)), {})
    least, other = likely_table().figure
    if cluster in odds and odds[cluster].confidence >= least:
        return figure
    best = max(odds.values(), key=lambda s: s.confidence, default=None)
    if best is None or best.confidence < other:
        return None
    return figure if _is_named_beside(local, figure, best.subject) else replace(figure, of=best.subject)


def _each_once(local: LocalResolution, figures: Sequence[Observation]) -> tuple[Observation, ...]:
    """The figures without those that only the scorer names where the grammar tells the same figure of the same thing.

    What the scorer calls 项目 is the 签约项目 of another sentence, if both are as many and both the story's zone's.
    """

    def key(figure: Observation) -> tuple[object, ...]:
        owner = local.cluster_of.get(figure.of)
        return owner, figure.value, figure.unit, figure.is_target, figure.is_share, figure.rank

    told: dict[tuple[object, ...], list[Observation]] = {}
    for figure in figures:
        if figure.rule != FIGURE_RULE:
            told.setdefault(key(figure), []).append(figure)
    return tuple(
        figure
        for figure in figures
        if figure.rule != FIGURE_RULE or not any(_is_within(figure.indicator, o.indicator) for o in told.get(key(figure), ()))
    )


def _is_within(short: str, name: str) -> bool:
    """Whether a name has the letters of another in their order (签约总投资 in 签约项目总投资)."""
    letters = iter(name)
    return all(letter in letters for letter in short)


def _with_signs(local: LocalResolution, figure: Observation, owners: Owners, sizes: set[Decimal]) -> Observation:
    """The figure with how sure its rule is, and with what the scorer makes of it if it has seen the figure."""
    size = figure.value if figure.value is not None else figure.growth
    cluster = local.cluster_of.get(figure.of)
    signs = [(RULE, figure.confidence)]
    if size is None or abs(size) not in sizes:
        return replace(figure, signs=tuple(signs))
    if cluster is not None and _is_seen(local, cluster):
        odds = owners.get((ANY if figure.value is not None else GROWTH, abs(size)), {})
        signs.append((OWNER, odds[cluster].confidence if cluster in odds else 0.0))
        signs.append((OTHER, max((s.confidence for other, s in odds.items() if other != cluster), default=0.0)))
    text = local.extraction.article.text
    words = [p for place, p in local.extraction.named if figure.evidence.contains(place) and _is_size(text, place, size)]
    signs.append((WORDS, max(words, default=0.0)))
    return replace(figure, signs=tuple(signs))


def _is_size(text: str, place: Span, size: Decimal) -> bool:
    figures = find_quantities("".join(text[place.start : place.end].split()))
    return any(abs(figure.value) == abs(size) for figure in figures)


def _is_a_firms(local: LocalResolution, figure: Observation) -> bool:
    """Whether a figure is told of a zone, park or place that only firms have (注册资本)."""
    of_area = local.extraction.mentions[figure.of].type in AROUND
    return of_area and any(word in figure.indicator for word in likely_table().of_firms)


def _is_named_beside(local: LocalResolution, figure: Observation, rival: int) -> bool:
    """Whether the words of a figure name its owner and the rival is only what the whole story is about."""
    owner, other = (local.extraction.mentions[i] for i in (figure.of, rival))
    named = owner.form is MentionForm.NAME and figure.evidence.contains(owner.span)
    beside = owner.type not in AROUND and other.type in AROUND and not figure.evidence.contains(other.span)
    return named and beside and (figure.is_share or figure.rank is not None)
