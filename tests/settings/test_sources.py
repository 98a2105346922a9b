"""Settings arrive as Kubernetes, Docker, shells and people write them, and mean what they look like."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from bot.settings import Settings, SettingsFaults, misspelt
from tests.settings.variables import loaded

SECRETS = {
    "SLACK_SIGNING_SECRET": "8f742231b10e8888abcd99yyyzzz85a5",
    "SLACK_BOT_TOKEN": "xoxb-1-2-bottoken",
    "APIZEE_PASSWORD": "pa$$w${HOME}rd",
    "APIZEE_WEBHOOK_SECRET": "s$same-of-the-tests",
    "ENCRYPTION_KEYS": Fernet.generate_key().decode(),
    "REDIS_URL": "redis://:sesame@127.0.0.1:6379/1",
}
OTHERS = {"APIZEE_USERNAME": "api@acme.example", "APIZEE_ENTERPRISE_ID": "42"}


def _password(settings: Settings) -> str:
    assert settings.apizee_password
    return settings.apizee_password.get_secret_value()


def refused(monkeypatch: pytest.MonkeyPatch, variables: Mapping[str, str]) -> str:
    with pytest.raises(SettingsFaults) as raised:
        loaded(monkeypatch, {**SECRETS, **OTHERS, **variables})
    (line,) = raised.value.lines
    return line


def secrets_of(settings: Settings) -> dict[str, str]:
    given = {name: getattr(settings, name.lower()) for name in SECRETS}
    return {
        name: value[0].get_secret_value() if isinstance(value, tuple) else value.get_secret_value()
        for name, value in given.items()
    }


# ── The environment ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("dressed", ["{}\n", "{}\r\n", '"{}"', "'{}'", '"{}"\n', '"{}\n"'])
def test_a_secret_with_a_line_break_or_quotes_around_it_is_the_secret(
    monkeypatch: pytest.MonkeyPatch, dressed: str
) -> None:
    settings = loaded(monkeypatch, {name: dressed.format(value) for name, value in (SECRETS | OTHERS).items()})

    assert secrets_of(settings) == SECRETS
    assert (settings.apizee_username, settings.apizee_enterprise_id) == ("api@acme.example", 42)


def test_spaces_belong_to_a_password_and_to_no_token(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = loaded(
        monkeypatch, SECRETS | OTHERS | {"APIZEE_PASSWORD": " a b ", "SLACK_BOT_TOKEN": " xoxb-1 \n", "HOST": " ::1 "}
    )

    assert _password(settings) == " a b "
    assert settings.slack_bot_token
    assert settings.slack_bot_token.get_secret_value() == "xoxb-1"
    assert settings.host == "::1"


@pytest.mark.parametrize("name", sorted(SECRETS))
def test_a_secret_with_a_line_break_inside_is_named(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    line = refused(monkeypatch, {name: f"{SECRETS[name][:4]}\n{SECRETS[name][4:]}"})

    assert line.startswith(f"{name} ")
    assert SECRETS[name][4:] not in line


def test_keys_may_stand_below_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    keys = [Fernet.generate_key().decode() for _ in range(3)]

    settings = loaded(monkeypatch, SECRETS | OTHERS | {"ENCRYPTION_KEYS": f"{keys[0]},\n{keys[1]}\n{keys[2]}\n"})

    assert [key.get_secret_value() for key in settings.encryption_keys] == keys


# ── `.env` ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("pa$$w${HOME}rd", "pa$$w${HOME}rd"),
        ('"pa$$w${HOME}rd"', "pa$$w${HOME}rd"),
        ("'pa$$w${HOME}rd'", "pa$$w${HOME}rd"),
        ("'${APIZEE_USERNAME}'  # the one of 2024", "${APIZEE_USERNAME}"),
        (r'"C:\new\table"', r"C:\new\table"),
        ('"ends with \\"', "ends with \\"),
        ('"say "please""', 'say "please"'),
        ('"a # b"', "a # b"),
        ("a#b", "a#b"),
        ("a b # a comment", "a b"),
        ("' a '", " a "),
        ("\"'a'\"", "'a'"),
        ('"not closed', '"not closed'),
    ],
)
def test_a_password_in_the_file_is_what_stands_there(monkeypatch: pytest.MonkeyPatch, written: str, meant: str) -> None:
    others = {name: value for name, value in (SECRETS | OTHERS).items() if name != "APIZEE_PASSWORD"}
    for line in (f"APIZEE_PASSWORD={written}\n", f"  export APIZEE_PASSWORD = {written}  \r\n"):
        Path(".env").write_bytes(b"\xef\xbb\xbf# ours\n\nnothing of ours\n" + line.encode() + b"PORT=4000\n")

        settings = loaded(monkeypatch, others)

        assert _password(settings) == meant
        assert settings.port == 4000


def test_a_password_may_begin_like_a_comment(monkeypatch: pytest.MonkeyPatch) -> None:
    Path(".env").write_text("APIZEE_PASSWORD=#ab\n")

    others = {name: value for name, value in (SECRETS | OTHERS).items() if name != "APIZEE_PASSWORD"}
    assert _password(loaded(monkeypatch, others)) == "#ab"


def test_empty_ones_in_the_file_count_as_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    Path(".env").write_text("PORT=\nHOST=''\nLOG_LEVEL=   # none\n")

    settings = loaded(monkeypatch, SECRETS | OTHERS)

    assert (settings.port, settings.host, settings.log_level) == (3000, "127.0.0.1", "INFO")


# ── A folder of secrets ──────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def mounted(tmp_path: Path) -> Path:
    """As Kubernetes mounts it: links to files of a folder that is exchanged whole."""
    folder = tmp_path / "run secrets"
    (folder / "..2026_01_01").mkdir(parents=True)
    (folder / "..data").symlink_to("..2026_01_01")
    for name, value in SECRETS.items():
        (folder / "..data" / name.lower()).write_text(f"{value}\n")
        (folder / name.lower()).symlink_to(f"..data/{name.lower()}")
    return folder


def test_secrets_are_read_from_one_file_each(monkeypatch: pytest.MonkeyPatch, mounted: Path) -> None:
    settings = loaded(monkeypatch, OTHERS | {"SECRETS_DIR": str(mounted)})

    assert secrets_of(settings) == SECRETS


def test_the_folder_may_be_named_in_the_file(monkeypatch: pytest.MonkeyPatch, mounted: Path) -> None:
    Path(".env").write_text(f'SECRETS_DIR="{mounted}"\n')

    assert secrets_of(loaded(monkeypatch, OTHERS)) == SECRETS


def test_the_environment_and_the_file_go_before_the_folder(monkeypatch: pytest.MonkeyPatch, mounted: Path) -> None:
    Path(".env").write_text("APIZEE_PASSWORD=from the file\n")

    settings = loaded(monkeypatch, OTHERS | {"SECRETS_DIR": str(mounted), "SLACK_BOT_TOKEN": "xoxb-environment"})

    assert secrets_of(settings) == SECRETS | {
        "APIZEE_PASSWORD": "from the file",
        "SLACK_BOT_TOKEN": "xoxb-environment",
    }


def test_files_of_others_in_the_folder_are_left_alone(monkeypatch: pytest.MonkeyPatch, mounted: Path) -> None:
    (mounted / "port").write_text("5432")
    (mounted / "host").write_bytes(b"\xff")
    (mounted / "slack_bot_tocken").write_text("xoxb-9")

    settings = loaded(monkeypatch, OTHERS | {"SECRETS_DIR": str(mounted)})

    assert (settings.host, settings.port) == ("127.0.0.1", 3000)
    assert "SLACK_BOT_TOCKEN is no setting: did you mean SLACK_BOT_TOKEN?" in misspelt()


def test_a_folder_that_cannot_be_read_is_named(monkeypatch: pytest.MonkeyPatch, mounted: Path) -> None:
    assert refused(monkeypatch, {"SECRETS_DIR": "/nowhere"}).startswith("SECRETS_DIR must be a folder")
    (mounted / "apizee_password").write_bytes(b"\xff\xfe")
    assert refused(monkeypatch, {"SECRETS_DIR": str(mounted)}).startswith("SECRETS_DIR must be a folder")


# ── Addresses ────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("address", "words"),
    [
        (
            "redis://h:6379?ssl=true",
            "REDIS_URL has an option that cannot be used: ssl. For TLS begin it with rediss://.",
        ),
        ("redis://h?ssl_cert_reqs=none", "ssl_cert_reqs. For TLS begin it with rediss://."),
        ("redis://h?tls=1", "tls. For TLS begin it with rediss://."),
        ("redis://h?family=6", "REDIS_URL has an option that the bot does not know: family. Leave it out."),
        ("redis://h?abortConnect=false", "does not know: abortConnect."),
        ("redis://h?decode_responses=true", "does not know: decode_responses."),
        ("redis://h?=sesame&%40=1", "does not know. Leave it out."),
        ("redis://h?db=first", "cannot have this value: db."),
        ("rediss://h?ssl_cert_reqs=maybe", "cannot have this value: ssl_cert_reqs."),
        ("redis://:sesame#1@h", "as %2F, %3F, %23 and %40"),
        ("redis://:1?sesame=1@h", "as %2F, %3F, %23 and %40"),
        ("redis://h/first", "REDIS_URL must be an address"),
        ("redis+sentinel://one,two", "REDIS_URL must be an address"),
        ("redis://one,two/0", "REDIS_URL must be an address"),
        ("redis+sentinel://one,two:port/apizee", "REDIS_URL must be an address"),
        ("redis://h?sentinel_password=sesame", "does not know: sentinel_password."),
        ("redis+cluster://h/3", "REDIS_URL names a database, of which a Redis Cluster has only 0: leave it out."),
        ("redis+cluster://h?db=1", "of which a Redis Cluster has only 0"),
        ("redis+cluster://h,", "REDIS_URL must be an address"),
        ("redis+cluster://h/apizee/0", "REDIS_URL must be an address"),
        ("redis://:sesame/1@h", "as %2F, %3F, %23 and %40"),
        ("unix://", "REDIS_URL must be an address"),
        ("unix:///run/redis.sock?ssl_ca_certs=/x", "cannot be used: ssl_ca_certs"),
    ],
)
def test_an_address_that_another_library_would_understand_is_refused_in_words(
    monkeypatch: pytest.MonkeyPatch, address: str, words: str
) -> None:
    line = refused(monkeypatch, {"REDIS_URL": address})

    assert words in line
    assert "sesame" not in line


@pytest.mark.parametrize(
    "address",
    [
        "redis://localhost",
        "redis://user:p%40ss%2Fw%23rd@redis.example:6380/15?client_name=bot&socket_timeout=2.5&max_connections=10",
        "rediss://redis.example?ssl_ca_certs=/etc/ca.pem&ssl_cert_reqs=required&ssl_check_hostname=yes",
        "unix:///run/redis.sock?db=3&password=sesame",
        "redis+sentinel://:sesame@one:26379,two,three:26380/apizee",
        "rediss+cluster://me:sesame@one:6379,two,[::1]:6380?ssl_ca_certs=/ca.pem&wait_for_replicas=1",
        "rediss+sentinel://one:26379,two:26379/apizee/3?sentinel_password=sesame&ssl_ca_certs=/etc/ca.pem",
        "redis://redis.example?wait_for_replicas=1",
        "unix://user:sesame@/run/redis.sock",
    ],
)
def test_an_address_with_what_our_client_knows_is_taken(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    given = loaded(monkeypatch, SECRETS | OTHERS | {"REDIS_URL": address}).redis_url

    assert given
    assert given.get_secret_value() == address


@pytest.mark.parametrize("address", ["socks5://proxy:1080", "http://proxy:none", "http://", "http://proxy/path", "a b"])
def test_a_proxy_that_cannot_be_used_is_named(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    assert refused(monkeypatch, {"HTTPS_PROXY": address}).startswith("HTTPS_PROXY must be the address of a proxy")


def test_certificates_that_are_none_are_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "empty.pem").touch()

    for path in (tmp_path / "empty.pem", tmp_path, Path("/nowhere")):
        assert refused(monkeypatch, {"SSL_CERT_FILE": str(path)}).startswith("SSL_CERT_FILE must be the path")
