"""Simulated meters with standard load profiles.

`run(plan, client, display)` does the work in process; `contor simulate` is the same from the command line.
Computing a profile imports pandas (about 80 MB); a process that must stay small starts the command instead.
"""

from contor.simulator.client import Client
from contor.simulator.delivery import Delivery, HttpDelivery, QueueDelivery, Tally
from contor.simulator.display import Display, Screen, Silent
from contor.simulator.errors import SimulatorError
from contor.simulator.faults import FaultRates
from contor.simulator.identity import Password, Token
from contor.simulator.plan import Choice, Habits, PeakRequest, Plan
from contor.simulator.run import run

__all__ = [
    "Choice",
    "Client",
    "Delivery",
    "Display",
    "FaultRates",
    "Habits",
    "HttpDelivery",
    "Password",
    "PeakRequest",
    "Plan",
    "QueueDelivery",
    "Screen",
    "Silent",
    "SimulatorError",
    "Tally",
    "Token",
    "run",
]
