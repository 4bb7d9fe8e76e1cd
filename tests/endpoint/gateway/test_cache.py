from __future__ import annotations

import threading

from hypothesis import given, settings
from hypothesis import strategies as st

from endpoint.gateway.cache import LARGEST_SHARE, OVERHEAD, AnswerCache, Kept
from endpoint.gateway.headers import rendered

HEADERS = b"content-type: text/csv\r\n"


def kept(body=b"x", stamp="v1"):
    return Kept(200, HEADERS, body, stamp)


def test_what_is_kept_is_given_again():
    cache = AnswerCache(1_000_000)
    assert cache.get("q", "v1") is None
    assert cache.put("q", kept())
    assert cache.get("q", "v1") == kept()


def test_another_version_forgets_all_that_was_made_from_the_one_before():
    cache = AnswerCache(1_000_000)
    cache.put("q", kept())
    cache.put("r", kept())
    assert cache.get("q", "v2") is None
    assert cache.statistics()["entries"] == 0
    assert cache.statistics()["invalidated"] == 2
    assert cache.get("r", "v1") is None


def test_the_least_recently_used_goes_first():
    size = kept().size + OVERHEAD
    cache = AnswerCache(LARGEST_SHARE * size)
    for number in range(LARGEST_SHARE):
        cache.put(number, kept())
    cache.get(0, "v1")
    cache.put("one more", kept())
    assert cache.get(0, "v1") is not None
    assert cache.get(1, "v1") is None
    assert cache.statistics()["evicted"] == 1


def test_one_answer_takes_no_more_than_its_share():
    cache = AnswerCache(160_000)
    assert not cache.put("q", kept(b"x" * 10_000))
    assert cache.put("q", kept(b"x" * 8_000))
    assert cache.statistics()["too_large"] == 1


def test_long_queries_count():
    cache = AnswerCache(160_000)
    assert not cache.put("q", kept(), weight=10_000)


def test_without_room_nothing_is_kept():
    cache = AnswerCache(0)
    assert not cache.put("q", kept(b""))
    assert cache.largest == 0


def test_it_can_be_emptied():
    cache = AnswerCache(1_000_000)
    cache.put("q", kept())
    cache.clear()
    assert cache.get("q", "v1") is None
    assert cache.statistics()["bytes"] == 0


def test_it_counts():
    cache = AnswerCache(1_000_000)
    cache.get("q", "v1")
    cache.put("q", kept())
    cache.get("q", "v1")
    cache.count("collapsed")
    numbers = cache.statistics()
    assert {name: numbers[name] for name in ("hits", "misses", "stored", "collapsed", "entries", "limit")} == {
        "hits": 1,
        "misses": 1,
        "stored": 1,
        "collapsed": 1,
        "entries": 1,
        "limit": 1_000_000,
    }


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 3_000), st.integers(0, 2)), max_size=60))
def test_it_never_takes_more_than_it_may_and_never_gives_what_is_old(steps):
    cache = AnswerCache(20_000)
    for key, length, version in steps:
        cache.put(key, kept(b"x" * length, version))
        found = cache.get(key, version)
        assert found is None or found.stamp == version
        numbers = cache.statistics()
        assert 0 <= numbers["bytes"] <= 20_000
        assert (numbers["bytes"] == 0) == (numbers["entries"] == 0)


def test_many_threads_may_use_it():
    cache = AnswerCache(100_000)
    wrong = []

    def work(name):
        for number in range(2_000):
            cache.put(number % 50, kept(b"x" * (number % 3_000), "v1"))
            found = cache.get(number % 50, "v1")
            if found is not None and found.stamp != "v1":
                wrong.append(name)

    threads = [threading.Thread(target=work, args=(name,)) for name in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    numbers = cache.statistics()
    assert not wrong
    assert numbers["bytes"] <= 100_000
    assert numbers["hits"] + numbers["misses"] == 8_000


def test_headers_are_kept_as_they_are_sent_and_read_one_by_one():
    headers = ((b"content-type", b"text/csv"), (b"vary", b"Accept, Origin"), (b"link", b'<http://e/a: b>; rel="x"'))
    assert Kept(200, rendered(headers), b"", "v1").headers == headers
