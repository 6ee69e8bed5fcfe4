"""What a profile says of its class path, its transport and its JRE."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.errors import CannotPlay, InputError
from harness.jvm import Jvm
from harness.manifest import Cell
from harness.profile import read_profile, same
from harness.question import ask
from harness.stack.io_uring import _coordinates, require_io_uring
from harness.stack.jars import once
from harness.stack.jvm import command
from harness.stack.namespace import Way
from harness.startfailure import start_failure
from harness.ways import way_for

JARS = ("netty-transport-4.2.18.Final.jar", "netty-transport-native-epoll-4.2.18.Final-linux-x86_64.jar")
POOL = "commons-pool2-2.13.1.jar"
NOT_AMONG = (
    "fixture.transport: epoll is asked for, and is not among fixture.native-transports; add it there, "
    "or remove that key"
)
TOO_NEW = (
    "fixture.transport: Lettuce 7 takes io_uring from Netty 4.2, and Spring Boot 3.5 has 4.1; "
    "take fixture.boot 4.0 or later, or a Lettuce before 7"
)
TOO_OLD = (
    "fixture.transport: Lettuce 6 takes io_uring from Netty's incubator, which does not load beside the Netty 4.2 "
    "of Spring Boot 4.0; take fixture.lettuce 7 or later, or fixture.boot 4.1 or 3.5"
)


def profile(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "p.yml"
    file.write_text(text)
    return file


@pytest.mark.parametrize(
    ("text", "jvm"),
    [
        ("# nothing said\n", Jvm(("epoll",))),
        ("fixture.transport: nio\n", Jvm(("epoll",))),
        ("fixture.transport: io_uring\n", Jvm(("epoll", "io_uring"))),
        ("fixture: {transport: IO_URING, native-transports: io_uring}\n", Jvm(("io_uring",))),
        ("fixture: {nativeTransports: [epoll, io_uring]}\n", Jvm(("epoll", "io_uring"))),
        ("fixture.native-transports: []\n", Jvm(())),
        ("fixture.without: commons-pool2, jedis\n", Jvm(without=("commons-pool2", "jedis"))),
        ("fixture.without[0]: jedis\n", Jvm(without=("jedis",))),
        ("fixture: {java-modules: [java.sql, jdk.net]}\n", Jvm(modules=("java.sql", "jdk.net"))),
    ],
)
def test_a_profile_says_what_its_jvm_has_and_lacks(text: str, jvm: Jvm, tmp_path: Path) -> None:
    assert read_profile(profile(tmp_path, text)).jvm == jvm


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        ("fixture.transport: kqueue\n", "fixture.transport: 'kqueue' is no transport; take nio, epoll or io_uring"),
        (
            "fixture: {transport: epoll, native-transports: [io_uring]}\n",
            NOT_AMONG,
        ),
        (
            "fixture.native-transports: [kqueue]\n",
            "fixture.native-transports: 'kqueue' is no native transport; take epoll, io_uring, or both",
        ),
        (
            "fixture.without: ../lib\n",
            "fixture.without: '../lib' is no artifact's name; write one such as commons-pool2",
        ),
        (
            "fixture.java-modules: [ALL-MODULE-PATH]\n",
            "fixture.java-modules: 'ALL-MODULE-PATH' is no module of Java; write one such as jdk.net",
        ),
        (
            "fixture: {transport: io_uring, lettuce: 7.5.2}\n",
            TOO_NEW,
        ),
        (
            "fixture: {native-transports: [epoll, io_uring], boot: 4.0}\n",
            TOO_OLD.replace("transport", "native-transports", 1),
        ),
        (
            "fixture: {transport: io_uring, boot: 4.0}\n",
            TOO_OLD,
        ),
    ],
)
def test_what_can_not_be_had_is_refused_with_the_remedy(text: str, mistake: str, tmp_path: Path) -> None:
    file = profile(tmp_path, text)
    with pytest.raises(InputError) as refusal:
        read_profile(file)
    assert str(refusal.value) == f"{file}, {mistake}"


def test_both_transports_are_what_was_asked_in_whatever_order(tmp_path: Path) -> None:
    asked = read_profile(profile(tmp_path, "fixture.native-transports: [io_uring, epoll]\n")).asked()
    assert same(asked["native-transports"], "epoll, io_uring")
    assert not same(asked["native-transports"], "epoll")


def test_a_cell_remembers_its_jvm() -> None:
    cell = Cell(profile="p", file="f", jvm=Jvm(("io_uring",), ("jedis",), ("jdk.net",)))
    assert Cell.model_validate_json(cell.model_dump_json()).jvm == Jvm(("io_uring",), ("jedis",), ("jdk.net",))


@pytest.fixture
def app(tmp_path: Path) -> Path:
    """A built application, as far as its class path goes."""
    app = tmp_path / "built" / "app"
    (app / "lib").mkdir(parents=True)
    for jar in (*JARS, POOL):
        (app / "lib" / jar).touch()
    (app / "fixture.jar").touch()
    (app / "java-options").write_text('-Xmx128m\n-Xshare:auto\n-XX:SharedArchiveFile="/somewhere"\n')
    return app


def test_the_usual_start_is_the_jar_with_its_class_archive(app: Path, tmp_path: Path) -> None:
    options = f"@{app}/java-options"
    assert command(app, Jvm(), tmp_path) == [
        *("java", options, f"-Djava.io.tmpdir={tmp_path}", "-jar", f"{app}/fixture.jar")
    ]


def test_io_uring_comes_after_the_class_path_of_the_archive(
    app: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("harness.stack.io_uring.FIXTURES", tmp_path)
    (tmp_path / "io_uring-4.2.18.Final").mkdir()
    jar = tmp_path / "io_uring-4.2.18.Final" / "n.jar"
    jar.touch()
    words = command(app, Jvm(("epoll", "io_uring")), tmp_path)
    assert words[1] == f"@{app}/java-options"
    assert words[-2:] == [f"{app}/fixture.jar:{jar}", "fixture.FixtureApplication"]


@pytest.mark.parametrize(
    ("jvm", "left"),
    [(Jvm(without=("commons-pool2",)), [*JARS]), (Jvm(natives=()), [POOL, JARS[0]])],
)
def test_what_is_left_out_is_not_beside_the_jar_and_no_archive_is_used(
    app: Path, tmp_path: Path, jvm: Jvm, left: list[str]
) -> None:
    cwd = tmp_path / "work"
    words = command(app, jvm, cwd)
    assert sorted(jar.name for jar in (cwd / "app" / "lib").iterdir()) == left
    assert not (cwd / "app" / "fixture.jar").is_symlink()
    assert words == ["java", "-Xmx128m", f"-Djava.io.tmpdir={cwd}", "-cp", f"{cwd}/app/fixture.jar", words[-1]]


def test_each_netty_has_an_io_uring_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platform.machine", lambda: "aarch64")
    assert _coordinates("4.1.135.Final") == [
        "io.netty.incubator:netty-incubator-transport-classes-io_uring:0.0.26.Final:jar",
        "io.netty.incubator:netty-incubator-transport-native-io_uring:0.0.26.Final:jar:linux-aarch_64",
    ]
    assert _coordinates("4.2.18.Final") == [
        "io.netty:netty-transport-classes-io_uring:4.2.18.Final:jar",
        "io.netty:netty-transport-native-io_uring:4.2.18.Final:jar:linux-aarch_64",
    ]


def test_a_kernel_that_forbids_io_uring_is_named_with_what_it_says() -> None:
    forbidding = Way("forbidding", ["sh", "-c", "echo Operation not permitted >&2; exit 1"])
    with pytest.raises(CannotPlay, match=r"^profile 'p', io_uring: this kernel .* plays: Operation not permitted\."):
        require_io_uring(forbidding, "profile 'p'")


@pytest.mark.parametrize("name", ["boot-4.1-io-uring", "boot-4.1-without-jdk-net", "pooled-without-commons-pool2"])
def test_the_compose_stack_refuses_what_only_a_local_start_can_have(name: str) -> None:
    with pytest.raises(InputError) as refusal:
        way_for("compose", ask("idle-drop", ["shared", name]))
    assert str(refusal.value) == (
        f"scenarios/profiles/{name}.yml: only the local stack has io_uring, fixture.native-transports, fixture.without "
        "and fixture.java-modules; take --stack local, or another profile"
    )


def test_what_was_not_made_to_its_end_is_not_there(tmp_path: Path) -> None:
    def half_way(folder: Path) -> None:
        folder.mkdir()
        raise CannotPlay("no network")

    with pytest.raises(CannotPlay):
        once(tmp_path / "made", half_way)
    assert [*tmp_path.iterdir()] == []


def test_a_start_fails_by_its_innermost_error_and_what_caused_that(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text(
        "2026-01-01 WARN o.s.b.Context : java.lang.NoClassDefFoundError: jdk/net/Options\n"
        "org.springframework.beans.factory.BeanCreationException: Error creating bean\n"
        "\tat a.B.c(B.java:1)\n"
        "Caused by: java.lang.NoClassDefFoundError: jdk/net/Options\n"
        "\t... 50 common frames omitted\n"
        "Caused by: java.lang.ClassNotFoundException: jdk.net.Options\n"
    )
    told = "NoClassDefFoundError: jdk/net/Options, caused by ClassNotFoundException: jdk.net.Options"
    assert (start_failure(log), start_failure(tmp_path / "none")) == (told, "")
