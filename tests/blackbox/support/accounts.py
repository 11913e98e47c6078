"""Several accounts of one server, made with `berth account`; the roles and users of each, made with boto3."""

import json

from . import aws
from .iam import policy
from .server import berth

PUSH = ["ecr:BatchCheckLayerAvailability", "ecr:InitiateLayerUpload", "ecr:UploadLayerPart", "ecr:CompleteLayerUpload",
        "ecr:PutImage"]
PULL = ["ecr:BatchCheckLayerAvailability", "ecr:GetDownloadUrlForLayer", "ecr:BatchGetImage"]
TOKEN = {"Effect": "Allow", "Action": "ecr:GetAuthorizationToken", "Resource": "*"}


class Account:
    """An account of a server, by its administrator's key."""

    def __init__(self, server, keys):
        self.server, self.id, self.keys = server, keys["accountId"], keys
        self.iam, self.sts, self.ecr = self.client("iam"), self.client("sts"), self.client("ecr")

    @classmethod
    def first(cls, server):
        return cls(server, server.credentials)

    @classmethod
    def create(cls, server, name):
        done = berth("account", "create", "--data", server.data, "--name", name, "--email", f"{name}@example.com",
                     "--json", *server.database())
        assert done.returncode == 0, done.stderr
        keys = json.loads(done.stdout)
        assert set(keys) == {"accountId", "accessKeyId", "secretAccessKey"}
        return cls(server, keys)

    def client(self, service, credentials=None):
        """`credentials`: as STS or IAM answer them, instead of the administrator's."""
        keys = credentials or {"AccessKeyId": self.keys["accessKeyId"], "SecretAccessKey": self.keys["secretAccessKey"]}
        return aws.client(self.server, service, access_key=keys["AccessKeyId"], secret_key=keys["SecretAccessKey"],
                          session_token=keys.get("SessionToken"))

    def role(self, name, trust, *statements):
        """The ARN of a new role that does what the statements allow."""
        made = self.iam.create_role(RoleName=name, AssumeRolePolicyDocument=policy(trust))["Role"]
        if statements:
            self.iam.put_role_policy(RoleName=name, PolicyName="inline", PolicyDocument=policy(*statements))
        return made["Arn"]

    def user(self, name, *statements):
        """Keys of a new user, as STS spells them."""
        self.iam.create_user(UserName=name)
        if statements:
            self.iam.put_user_policy(UserName=name, PolicyName="inline", PolicyDocument=policy(*statements))
        return self.iam.create_access_key(UserName=name)["AccessKey"]

    def repository_arn(self, name):
        return f"arn:aws:ecr:{self.server.region}:{self.id}:repository/{name}"


def environment_of(keys):
    """Keys as STS or IAM answer them, as variables of the AWS chain."""
    names = {"AccessKeyId": "AWS_ACCESS_KEY_ID", "SecretAccessKey": "AWS_SECRET_ACCESS_KEY",
             "SessionToken": "AWS_SESSION_TOKEN"}
    return {names[name]: keys[name] for name in names if name in keys}
