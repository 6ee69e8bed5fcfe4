"""Every fault there is, in an explicit list. To add one: one file, one line here, one test."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Annotated

from pydantic import Discriminator

from harness.faults.bandwidth import Bandwidth
from harness.faults.base import Fault, Ground, Held
from harness.faults.black_hole import BlackHole
from harness.faults.blpop_on_shared import BlpopOnShared
from harness.faults.clients_killed import ClientsKilled
from harness.faults.clients_paused import ClientsPaused
from harness.faults.connections_full import ConnectionsFull
from harness.faults.data_lost import DataLost
from harness.faults.event_loop_blocked import EventLoopBlocked
from harness.faults.flows_killed import FlowsKilled
from harness.faults.gc_pause import GcPause
from harness.faults.idle_drop import IdleDrop
from harness.faults.latency import Latency
from harness.faults.nothing import Nothing
from harness.faults.out_of_memory import OutOfMemory
from harness.faults.packet_loss import PacketLoss
from harness.faults.pool_held import PoolHeld
from harness.faults.pool_leaked import PoolLeaked
from harness.faults.proxy_hung import ProxyHung
from harness.faults.proxy_idle_drop import ProxyIdleDrop
from harness.faults.proxy_refused import ProxyRefused
from harness.faults.proxy_reset import ProxyReset
from harness.faults.redis_down import RedisDown
from harness.faults.redis_frozen import RedisFrozen
from harness.faults.requests_lost import RequestsLost
from harness.faults.responses_lost import ResponsesLost
from harness.faults.server_timeout import ServerTimeout
from harness.faults.sliced import Sliced
from harness.faults.slow_command import SlowCommand
from harness.faults.syn_dropped import SynDropped
from harness.faults.syn_rejected import SynRejected

ALL: list[type[Fault]] = [
    IdleDrop,
    FlowsKilled,
    BlackHole,
    ResponsesLost,
    RequestsLost,
    DataLost,
    PacketLoss,
    SynDropped,
    SynRejected,
    RedisFrozen,
    RedisDown,
    ClientsKilled,
    ClientsPaused,
    SlowCommand,
    ServerTimeout,
    ConnectionsFull,
    OutOfMemory,
    EventLoopBlocked,
    BlpopOnShared,
    PoolHeld,
    PoolLeaked,
    GcPause,
    Latency,
    Bandwidth,
    Sliced,
    ProxyHung,
    ProxyReset,
    ProxyRefused,
    ProxyIdleDrop,
    Nothing,
]

if TYPE_CHECKING:
    AnyFault = Fault
else:
    AnyFault = Annotated[reduce(or_, ALL), Discriminator("kind")]

__all__ = ["ALL", "AnyFault", "Fault", "Ground", "Held", "IdleDrop"]
