"""equity local: the same as equity submit, on a page that only this machine can open."""
# ruff: noqa: T201 - a command speaks by printing

import argparse
import signal
import sys
from types import FrameType


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    local = commands.add_parser("local")
    local.add_argument("--open", action="store_true", help="open it in your browser, too")
    local.set_defaults(run=run_local)


def run_local(arguments: argparse.Namespace) -> int:
    import webbrowser

    from equity.cli.local.desk import Desk, private_folder
    from equity.cli.local.server import Server

    signal.signal(signal.SIGTERM, as_if_by_keyboard)
    with private_folder() as folder, Server(Desk(folder)) as server:
        try:
            print("Open this address in your browser. Only this machine can, and only whoever knows all of it:\n")
            print(f"  {server.address}\n")
            print("To stop, press Ctrl and C here, or the button on the page.", flush=True)
            if arguments.open:
                webbrowser.open(server.link_for_once())
            server.serve_forever(poll_interval=0.1)
        except KeyboardInterrupt:
            pass
    print("\nStopped. Nothing of your file is kept.", file=sys.stderr)
    return 0


def as_if_by_keyboard(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
