"""Identities of a server's accounts, made with the public API."""

import base64
import json
import secrets

from . import aws
from .oci import Oci

AWS_POLICY = "arn:aws:iam::aws:policy/"


def policy(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(actions, resource="*", **more):
    return {"Effect": "Allow", "Action": actions, "Resource": resource, **more}


def deny(actions, resource="*", **more):
    return {"Effect": "Deny", "Action": actions, "Resource": resource, **more}


def to(principal, effect, actions, **more):
    """A statement of a repository policy."""
    return {"Effect": effect, "Principal": principal, "Action": actions, **more}


class User:
    """A user with an access key, seen by both doors. `owner`: keys of an administrator of its account."""

    def __init__(self, server, document=None, managed=(), owner=None):
        self.server = server
        self.name = f"u-{secrets.token_hex(5)}"
        self.iam = aws.client(server, "iam", **(owner or {}))
        self.arn = self.iam.create_user(UserName=self.name)["User"]["Arn"]
        for each in managed:
            self.iam.attach_user_policy(UserName=self.name, PolicyArn=AWS_POLICY + each)
        if document:
            self.put(document)
        key = self.iam.create_access_key(UserName=self.name)["AccessKey"]
        self.keys = {"access_key": key["AccessKeyId"], "secret_key": key["SecretAccessKey"]}

    def put(self, document):
        self.iam.put_user_policy(UserName=self.name, PolicyName="inline", PolicyDocument=document)

    def client(self, service="ecr", **more):
        return aws.client(self.server, service, **self.keys, **more)

    def token(self):
        data = self.client().get_authorization_token()["authorizationData"][0]
        return tuple(base64.b64decode(data["authorizationToken"]).decode().split(":"))

    def oci(self, host=None):
        return Oci(self.server, self.token(), host)


def make_service_role(server, actions, service="ecr.amazonaws.com"):
    """The ARN of a role that the service may take on, and that may do this."""
    iam, name = aws.client(server, "iam"), f"r-{secrets.token_hex(5)}"
    trust = policy({"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"})
    role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust)["Role"]
    iam.put_role_policy(RoleName=name, PolicyName="inline", PolicyDocument=policy(allow(actions)))
    return role["Arn"]
