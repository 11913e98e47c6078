"""Running other people's programs."""

import subprocess


def run(*command, env=None, stdin=None, timeout=300, cwd=None, prefix=()):
    """The standard output of a command that must succeed."""
    done = attempt(*command, env=env, stdin=stdin, timeout=timeout, cwd=cwd, prefix=prefix)
    assert done.returncode == 0, f"{command} ended with {done.returncode}:\n{done.stdout[-3000:]}{done.stderr[-3000:]}"
    return done.stdout


def fails(*command, words=(), **more):
    """What a command that must fail said; it must contain one of `words`."""
    done = attempt(*command, **more)
    said = done.stdout + done.stderr
    assert done.returncode != 0, f"{command} should have failed:\n{said[-3000:]}"
    assert not words or any(word.lower() in said.lower() for word in words), f"none of {words} in:\n{said[-3000:]}"
    return said


def attempt(*command, env=None, stdin=None, timeout=300, cwd=None, prefix=()):
    return subprocess.run([*map(str, prefix), *map(str, command)], env=env, input=stdin, text=True, cwd=cwd,
                          capture_output=True, timeout=timeout)
