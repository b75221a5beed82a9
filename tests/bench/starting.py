"""starting - what it takes to start a tool, and to have it connect"""

import glob
import os
import subprocess
import time

import report
from client import database, output
from settings import STARTS

# the least that a tool can ask a server, or in its input, and be done
CHEAPEST = {
    'audit-rule': ['list'],
    'audit-log': ['-l', '1'],
}


def starting():
    """Each tool beside psql, which starts and connects as well."""
    tools = sorted(map(os.path.basename, glob.glob(
        os.path.join(os.environ['BUILD'], 'bin', 'audit-*'))))
    commands = {'psql --version': ['psql', '--version'],
                "psql -c ''": ['psql', '-Xc', '']}
    for tool in tools:
        commands[tool + ' --version'] = [tool, '--version']
        if tool in CHEAPEST:
            commands[' '.join([tool] + CHEAPEST[tool])] = [
                tool, *CHEAPEST[tool]]
    took = {name: [] for name in commands}
    with database():
        output('audit-rule', 'remove', 'audited')
        # one after the other, so that what disturbs disturbs all
        for _ in range(STARTS):
            for name, command in commands.items():
                took[name].append(run(command))
    return report.part('starting a tool; with no rule', [
        report.row(name, 'ms', time=times, **{"of psql's": report.ratios(
            times, took[beside(name)])}) for name, times in took.items()])


def beside(name):
    return 'psql --version' if name.endswith('--version') else "psql -c ''"


def run(command):
    start = time.monotonic()
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    return 1e3 * (time.monotonic() - start)
