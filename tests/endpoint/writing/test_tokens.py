from __future__ import annotations

import json
import stat

import pytest

from endpoint.writing.tokens import PREFIX, TokenFile, secret_of, tokens_path
from kg_build.errors import TokenError
from kg_build.settings import Settings


@pytest.fixture
def file(tmp_path):
    return TokenFile(tmp_path / "tokens.json")


def test_a_token_is_found_by_its_secret_alone(file):
    one, two = file.add("one", ["update"]), file.add("two", ["graphs", "update"])
    assert one.startswith(PREFIX)
    assert len(one) >= len(PREFIX) + 43  # 256 bits
    assert (file.find(one).name, file.find(two).scopes) == ("one", ("graphs", "update"))
    for wrong in ("", "one", one[:-1], one + "x", "\udcff"):
        assert file.find(wrong) is None


def test_the_secret_is_not_in_the_file_and_the_file_is_its_owners(file):
    secret = file.add("one", ["update"])
    text = file.path.read_text()
    assert secret not in text
    assert secret.removeprefix(PREFIX) not in text
    assert stat.S_IMODE(file.path.stat().st_mode) == 0o600


def test_a_loose_file_is_tightened_by_the_next_change(file):
    file.add("one", ["update"])
    file.path.chmod(0o644)
    file.add("two", ["update"])
    assert stat.S_IMODE(file.path.stat().st_mode) == 0o600


def test_another_process_sees_every_change(file):
    other = TokenFile(file.path)
    assert other.tokens() == ()
    secret = file.add("one", ["update"])
    assert other.find(secret) is not None
    file.revoke("one")
    assert other.find(secret) is None
    file.path.unlink()
    assert other.tokens() == ()


def test_a_token_may_end(file):
    token = file.find(file.add("one", ["update"], expires=1000))
    assert (token.is_expired(999), token.is_expired(1000)) == (False, True)
    assert not file.find(file.add("two", ["update"])).is_expired(1e12)


def test_names_are_unique_and_readable(file):
    file.add("机器人", ["update"])
    with pytest.raises(TokenError, match="already"):
        file.add("机器人", ["update"])
    for name in ("", "a b", "a\nb", "x" * 65):
        with pytest.raises(TokenError, match="a name has"):
            file.add(name, ["update"])
    with pytest.raises(TokenError, match="no token called"):
        file.revoke("nobody")


ENTRY = '{"name": "a", "sha256": "\\u00e9", "scopes": [], "created": 1, "expires": null}'
HASHLESS = f'{{"format": "zonekg tokens", "version": 1, "tokens": [{ENTRY}]}}'


@pytest.mark.parametrize("content", ["", "[]", "{}", HASHLESS, '{"format": "zonekg tokens", "version": 2, "tokens": []}', "\xff"])
def test_a_damaged_file_is_told(file, content):
    file.path.write_text(content, encoding="latin-1")
    with pytest.raises(TokenError, match="damaged"):
        file.tokens()


def test_a_damaged_file_is_not_written_over(file):
    file.path.write_text("{")
    with pytest.raises(TokenError):
        file.add("one", ["update"])
    assert file.path.read_text() == "{"


def test_the_file_lies_beside_the_store(tmp_path):
    assert tokens_path(Settings(store=tmp_path / "zonekg.store")) == tmp_path / "zonekg.store.tokens.json"
    assert tokens_path(Settings(token_file="/etc/tokens")).as_posix() == "/etc/tokens"


def test_the_file_is_one_line_a_field(file):
    file.add("one", ["update"], 5)
    (entry,) = json.loads(file.path.read_text())["tokens"]
    assert set(entry) == {"name", "sha256", "scopes", "created", "expires"}


@pytest.mark.parametrize(
    ("header", "secret"), [("Bearer x", "x"), ("bearer  x ", "x"), ("Basic x", None), ("Bearer", None), ("", None)]
)
def test_a_header_holds_a_secret(header, secret):
    assert secret_of(header) == secret


def test_a_folder_that_can_not_be_written_is_one_line(tmp_path):
    (tmp_path / "file").touch()
    (tmp_path / "tokens.json.lock").mkdir()
    for path in (tmp_path / "file" / "tokens.json", tmp_path / "tokens.json"):
        with pytest.raises(TokenError, match="can't be written"):
            TokenFile(path).add("one", ["update"])
