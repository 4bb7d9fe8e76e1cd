"""Sentences with what they gave."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from kg_build.explaining import Account, give_account
from kg_build.model import Strength

Make = Callable[..., Account]


def test_sentences_are_numbered_and_hold_what_was_said_in_them(make: Make) -> None:
    first, second, third = make().sentences
    assert [s.number for s in (first, second, third)] == [1, 2, 3]
    assert first.text == "云台经开区"
    assert [m.name for m in first.mentions] == ["云台经开区", "云台"]
    [honour] = [s for s in second.said if "honouredAs" in s.what]
    assert honour.what == "海川集团 honouredAs 绿色工厂"
    assert (honour.rule, honour.quote) == ("honour-awarded", "海川集团荣获绿色工厂")
    assert honour.how == f"{honour.confidence:.2f} stated"
    assert not [s for s in third.said if "honouredAs" in s.what]


def test_near_misses_stand_with_their_sentence(make: Make) -> None:
    near = make().sentences[2].near
    assert ("青禾生物 honouredAs 绿色工厂", "有望 stands there (unless: future)") in {(n.would_say, n.missing) for n in near}
    assert all(sentence.near == () for sentence in make(near=False).sentences)


def test_only_the_sentences_asked_for_keep_their_numbers(make: Make) -> None:
    assert [s.number for s in make(containing="青禾").sentences] == [3]
    assert make(containing="没有").sentences == ()


def test_what_the_scorer_bears_out_is_not_overruled_and_what_it_has_forgotten_is(make: Make) -> None:
    account = make()
    [honour] = [s for s in account.extraction.statements if s.predicate == "honouredAs"]
    [zone] = [m.id for m in account.extraction.mentions if m.name == "云台经开区"]
    told = replace(honour, predicate="locatedIn", object=zone, rule="located-told", strength=Strength.ASSUMED)
    likely = replace(honour, rule="pairs", confidence=0.6)
    extraction = replace(account.extraction, statements=(honour, told), likely=(likely,))
    second = give_account(extraction, account.doc).sentences[1]
    assert [(s.rule, s.confidence != honour.confidence) for s in second.said] == [("honour-awarded", True)]
    assert [s.what for s in second.overruled] == ["海川集团 locatedIn 云台经开区"]
