from pathlib import Path

import pytest

TRUTH = Path(__file__).parent / "truth"


@pytest.fixture
def truth():
    return TRUTH


@pytest.fixture(autouse=True)
def no_network(request):
    """The engine needs no network, so tests may only open local sockets (for the Spark test)."""
    if request.config.pluginmanager.hasplugin("socket"):
        from pytest_socket import disable_socket

        if "spark" not in request.node.nodeid:
            disable_socket(allow_unix_socket=True)
    yield
    if request.config.pluginmanager.hasplugin("socket"):
        from pytest_socket import enable_socket

        enable_socket()


@pytest.fixture
def run(capsys):
    """Run the command line as a person would; gives exit code, output and errors."""
    from equity.cli import main

    def command(*words):
        try:
            code = main([str(word) for word in words])
        except SystemExit as stopped:
            code = stopped.code
        out = capsys.readouterr()
        return code, out.out, out.err

    return command
