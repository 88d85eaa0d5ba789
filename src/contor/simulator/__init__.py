"""Meters that do not exist, with real load profiles.

`run(plan, client, display)` does the work in process; `contor simulate` is the same from the command line.
Building a profile imports pandas (about 80 MB), so a server that has to stay small starts the command instead.
"""

from contor.simulator.client import Client
from contor.simulator.delivery import Delivery, Messages, Posts
from contor.simulator.display import Display, Screen, Silent
from contor.simulator.errors import SimulatorError
from contor.simulator.faults import FaultRates
from contor.simulator.identity import Password, Token
from contor.simulator.plan import Choice, Habits, PeakWish, Plan
from contor.simulator.run import run
from contor.simulator.sender import Tally

__all__ = [
    "Choice",
    "Client",
    "Delivery",
    "Display",
    "FaultRates",
    "Habits",
    "Messages",
    "Password",
    "PeakWish",
    "Plan",
    "Posts",
    "Screen",
    "Silent",
    "SimulatorError",
    "Tally",
    "Token",
    "run",
]
