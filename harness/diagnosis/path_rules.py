"""The rules about the path between the client and Redis: forgotten, lossy or slow, or closed to new connections."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from harness.cause import Label, Witness
from harness.diagnosis.facts import ESTABLISHED, Evidence, Facts, Socket
from harness.diagnosis.match import MOST, Match
from harness.diagnosis.told import firewall_dropped, from_sockets, samples

RESET = ("NativeIoException", "SocketException", "ClosedChannelException", "ConnectionResetException")
CONNECTING_TOO_LONG = ("ConnectTimeoutException",)
OURS = ("client|list", "NULL", "info", "slowlog|get", "ping")  # what the harness itself asks
NEARLY = 0.8  # of the client's timeout
IDLE = 0.5  # of the client's timeout: so long without a word before the request that failed


def stale_connection(facts: Facts) -> Match | None:
    """The path has forgotten a connection that the client goes on using, and would serve a new one."""
    for look in (_forgotten, _reset, _others_are_served):
        if facts.dropped and (match := look(facts)):
            return match
    return _listening(facts)


def _forgotten(facts: Facts) -> Match | None:
    """The firewall's own table says it; where there is none, Redis has given the connection up."""
    evidence = facts.evidence
    known = _known(evidence)
    dead = [socket for socket in evidence.sending_again if known is not None and socket.port not in known]
    if not dead:
        return None
    found = [*from_sockets(dead), _gone(evidence, dead), firewall_dropped(facts)]
    return Match(Label.STALE_CONNECTION, found, _form(facts, dead))


def _listening(facts: Facts) -> Match | None:
    """It only hears, so that nothing on the client's side finds out; Redis's end sends in vain, or has given it up."""
    failed, evidence = facts.failures, facts.evidence
    known = _known(evidence)
    if known is None or failed.share("message-lost", "event-lost") <= MOST:
        return None
    standing = [s for s in evidence.mine if s.state == ESTABLISHED and s.port in failed.ports and s.port not in known]
    found = [(socket, other) for socket in standing if (other := _other_end(facts, socket))]
    if not found:
        return None
    socket, other = found[0]
    lines = [*from_sockets([socket]), _gone(evidence, [socket]), other]
    return Match(Label.STALE_CONNECTION, lines, "listening")


def _other_end(facts: Facts, socket: Socket) -> Witness | None:
    """What Redis's end of it does, where that speaks for a dead path."""
    sends = [s for s in facts.evidence.unanswered if not s.ours and s.port == socket.port]
    if sends:
        return from_sockets(sends)[0]
    if facts.evidence.clients is None or socket.port in {client.port for client in facts.evidence.clients}:
        return None
    return Witness(file="clients.txt", text=f"no connection with local port {socket.port}: Redis has given it up")


def _known(evidence: Evidence) -> AbstractSet[int] | None:
    """The ports that the firewall's own table has; where there is none, Redis's list."""
    if evidence.flows is None and evidence.clients is not None:
        return {client.port for client in evidence.clients}
    return evidence.flows


def _gone(evidence: Evidence, dead: Sequence[Socket]) -> Witness:
    table = "firewall.txt" if evidence.flows is not None else "clients.txt"
    ports = ", ".join(sorted({str(socket.port) for socket in dead}))
    return Witness(file=table, text=f"no connection with local port {ports}")


def _form(facts: Facts, dead: Sequence[Socket]) -> str:
    """Forgotten while it was idle, which keepalive prevents; or taken away while it was in use."""
    heard = [socket.heard for socket in dead if socket.heard is not None]
    idle = max(heard, default=0.0) - facts.looked_after
    return "silent" if idle > facts.timeout * IDLE else "in use"


def _reset(facts: Facts) -> Match | None:
    """Reset at its next use; and a connection made since stands and is known."""
    evidence, failed = facts.evidence, facts.failures
    reset = failed.rooted(*RESET)
    fresh = [s for s in evidence.mine if s.state == ESTABLISHED and not s.tries and s.port in (evidence.flows or ())]
    if reset <= failed.count * MOST or not fresh or evidence.connecting:
        return None
    seen = samples(facts, f"{reset} of {failed.count} failures are a connection that was reset")
    return Match(Label.STALE_CONNECTION, [seen, *from_sockets(fresh[:1]), firewall_dropped(facts)], "reset")


def _others_are_served(facts: Facts) -> Match | None:
    """Without a look at the sockets: what failed never served again, and others were served at the same time."""
    failed = facts.failures
    if not failed.beside or failed.gone <= failed.count * MOST or failed.share("command-timeout") <= MOST:
        return None
    told = f"the connections of {failed.gone} of {failed.count} failures never served again"
    beside = f"while they waited, {failed.beside} requests were served on other connections"
    return Match(
        Label.STALE_CONNECTION, [samples(facts, told), samples(facts, beside), firewall_dropped(facts)], "silent"
    )


def network_delay(facts: Facts) -> Match | None:
    """The path knows the connection, and loses or delays what is sent on it."""
    for look in (_lost, _serves_again, _answered_late):
        if match := look(facts):
            return match
    return None


def _lost(facts: Facts) -> Match | None:
    evidence = facts.evidence
    lost = [s for s in evidence.unanswered if s.port in (evidence.flows or ())]
    if not lost or not (facts.dropped or facts.dropped_back):
        return None
    ports = ", ".join(sorted({str(socket.port) for socket in lost}))
    known = Witness(file="firewall.txt", text=f"knows the connection with local port {ports}")
    return Match(Label.NETWORK_DELAY, [*from_sockets(lost), known, firewall_dropped(facts)], "lost")


def _serves_again(facts: Facts) -> Match | None:
    """A connection that was forgotten never does."""
    failed = facts.failures
    if not facts.dropped or failed.back <= failed.count * MOST or failed.share("command-timeout") <= MOST:
        return None
    told = f"the connections of {failed.back} of {failed.count} failures served again afterwards"
    return Match(Label.NETWORK_DELAY, [samples(facts, told), firewall_dropped(facts)], "lost")


def _answered_late(facts: Facts) -> Match | None:
    """Acknowledged, executed, and nothing has come back within a timeout; later the same connection serves again."""
    evidence, failed = facts.evidence, facts.failures
    waiting = [s for s in evidence.mine if s.port in failed.ports and s.heard and s.heard >= facts.timeout * NEARLY]
    worked = [k for k in evidence.clients or () if not k.idle and not k.unread and k.command not in OURS]
    if not waiting or not worked or not _all_is_still(facts) or failed.back <= failed.count * MOST:
        return None
    heard = f"local port {waiting[0].port} has nothing to read and heard nothing for {waiting[0].heard:.3f} s"
    again = f"the connections of {failed.back} of {failed.count} failures served again afterwards"
    found = [Witness(file="sockets.txt", text=heard), Witness(file="clients.txt", text=worked[0].line)]
    return Match(Label.NETWORK_DELAY, [*found, samples(facts, again)], "late")


def _all_is_still(facts: Facts) -> bool:
    """Nothing is dropped, sent again or left unread, and no JVM stood still."""
    ends = facts.evidence.sockets or ()
    still = not any(socket.tries or socket.unread for socket in ends) and not facts.evidence.connecting
    return (
        still
        and not facts.dropped
        and not facts.dropped_back
        and facts.failures.app_stood <= facts.failures.count * MOST
    )


def connect_timeout(facts: Facts) -> Match | None:
    """New connections get no answer."""
    failed, asking = facts.failures, facts.evidence.connecting
    slow = failed.rooted(*CONNECTING_TOO_LONG)
    if slow > failed.count * MOST:
        return Match(Label.CONNECT_TIMEOUT, [samples(facts, f"{slow} of {failed.count} could not connect in time")])
    if asking and facts.dropped and failed.share("connection-failure", "command-timeout") > MOST:
        return Match(Label.CONNECT_TIMEOUT, [*from_sockets(asking), firewall_dropped(facts)])
    return None
