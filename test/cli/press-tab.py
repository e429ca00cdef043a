"""Types a line and TAB into a shell on a terminal, and prints what the terminal shows: press-tab.py LINE SETUP SHELL [ARGUMENT...]"""

import os
import pty
import select
import sys
import time

READY = "the-shell-is-ready"


def read(terminal, until, seconds):
    shown = ""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if select.select([terminal], [], [], 0.1)[0]:
            try:
                shown += os.read(terminal, 65536).decode(errors="replace")
            except OSError:
                break
        elif until(shown):
            break
    return shown


line, setup, *command = sys.argv[1:]
pid, terminal = pty.fork()
if pid == 0:
    os.execvp(command[0], command)
os.write(terminal, f"{setup}\necho {READY[:4]}''{READY[4:]}\n".encode())
read(terminal, lambda shown: READY in shown, 30)
os.write(terminal, f"{line}\t".encode())
first = read(terminal, lambda shown: len(shown) > len(line), 10)
os.write(terminal, b"\t")  # the first one completes as far as it can, the second lists
print(first + read(terminal, lambda shown: bool(shown), 3))
os.kill(pid, 9)
