"""`python -m contor.simulator`: the same command without the weight of the server's code."""

import typer

from contor.simulator.command import simulate

typer.run(simulate)
