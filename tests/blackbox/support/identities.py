"""Documents and names for the tests of IAM."""

import contextlib
import secrets

from .expect import aws_error

ALLOW_PULL = {"Version": "2012-10-17", "Statement": [
    {"Sid": "Pull", "Effect": "Allow", "Action": ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
     "Resource": "*"}]}
DENY_DELETE = {"Version": "2012-10-17", "Statement": [
    {"Sid": "Keep", "Effect": "Deny", "Action": "ecr:Delete*", "Resource": "*"}]}


def trust(account):
    return {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{account}:root"}, "Action": "sts:AssumeRole"}]}


def new_name(kind="t"):
    return f"{kind}-{secrets.token_hex(5)}"


def no_entity(text=None):
    return aws_error("NoSuchEntity", text, status=404)


def exists(text=None):
    return aws_error("EntityAlreadyExists", text, status=409)


def conflict(text=None):
    return aws_error("DeleteConflict", text, status=409)


def limit(text=None):
    return aws_error("LimitExceeded", text, status=409)


@contextlib.contextmanager
def broken(path, rule):
    """The text of a ValidationError."""
    text = f"1 validation error detected: Value at '{path}' failed to satisfy constraint: {rule}"
    with aws_error("ValidationError", text) as caught:
        yield caught


def everything(client, operation, key, **parameters):
    """All entries of a list, by pages of two."""
    pages = client.get_paginator(operation).paginate(PaginationConfig={"PageSize": 2}, **parameters)
    return [entry for page in pages for entry in page[key]]
