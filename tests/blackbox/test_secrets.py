"""Secrets stay where they belong: nothing that Berth writes, answers or leaves behind has one of them in it."""

import os
import pathlib
import resource
import secrets
import signal
import subprocess

from support.server import Server, berth, binary, environment


def test_in_config_check(tmp_path):
    password = secrets.token_hex(16)
    for arguments, env in ((["--db", f"postgres://u:{password}@127.0.0.1/x"], {}),
                           ([], {"BERTH_DB": f"postgres://u@127.0.0.1/x?password={password}"})):
        done = berth("config", "check", "--data", tmp_path, *arguments, env=env)
        assert done.returncode == 0 and "postgres://u" in done.stdout
        assert password not in done.stdout + done.stderr
    done = berth("serve", "--data", tmp_path / "none", "--db", f"postgres://u:{password}@127.0.0.1:1/x")
    assert done.returncode != 0 and password not in done.stdout + done.stderr


def test_in_core_dumps(tmp_path):
    """A crash leaves no image of the memory that has the master key in it."""
    def limit():
        resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))

    def abort(command):
        process = subprocess.Popen(command, cwd=tmp_path, preexec_fn=limit, env=environment(),
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return process

    other = abort(["sleep", "60"])
    other.send_signal(signal.SIGABRT)
    _, status = os.waitpid(other.pid, 0)
    assert os.WCOREDUMP(status), "this machine writes no cores at all: the test cannot show anything"

    server = Server(tmp_path / "server").init()
    process = abort([binary(), "serve", "--data", str(server.data), "--listen", server.listen,
                     "--admin-listen", server.admin_listen])
    server.process = process
    while not server._ready():
        assert process.poll() is None
    process.send_signal(signal.SIGABRT)
    _, status = os.waitpid(process.pid, 0)
    assert os.WIFSIGNALED(status) and not os.WCOREDUMP(status)
    assert not [file for file in pathlib.Path(tmp_path).glob("core*") if binary() in file.name]
