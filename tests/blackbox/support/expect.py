"""Assertions about AWS errors."""

import contextlib

import botocore.exceptions
import pytest


class Caught:
    response = None

    @property
    def code(self):
        return self.response["Error"]["Code"]

    @property
    def message(self):
        return self.response["Error"]["Message"]


@contextlib.contextmanager
def aws_error(code, message=None, status=400):
    """The block must fail with this exception name (or one of several), message and status."""
    caught = Caught()
    with pytest.raises(botocore.exceptions.ClientError) as info:
        yield caught
    caught.response = info.value.response
    codes = (code,) if isinstance(code, str) else code
    assert caught.code in codes, caught.response
    if message is not None:
        assert caught.message == message
    if status is not None:
        assert caught.response["ResponseMetadata"]["HTTPStatusCode"] == status
    assert caught.response["ResponseMetadata"]["RequestId"]


def invalid(path, reason):
    """The text of InvalidParameterException."""
    return f"Invalid parameter at '{path}' failed to satisfy constraint: '{reason}'"


def no_repository(name, account):
    return f"The repository with name '{name}' does not exist in the registry with id '{account}'"
