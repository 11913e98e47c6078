"""The Query protocol as anyone may speak it: forms that SDKs do not send, and the XML that comes back."""

import re
import urllib.parse

import botocore.auth
import botocore.awsrequest
import botocore.credentials
import pytest

from support.http import Http
from support.identities import new_name

FORM = "application/x-www-form-urlencoded; charset=utf-8"
VERSION = "2010-05-08"


@pytest.fixture
def post(server):
    http = Http(server.url)
    keys = botocore.credentials.Credentials(server.credentials["accessKeyId"], server.credentials["secretAccessKey"])

    def call(form, service="iam", region="us-east-1"):
        body = form if isinstance(form, str) else urllib.parse.urlencode(form)
        request = botocore.awsrequest.AWSRequest("POST", server.url + "/", data=body, headers={"Content-Type": FORM})
        botocore.auth.SigV4Auth(keys, service, region).add_auth(request)
        return http.request("POST", "/", body.encode(), dict(request.headers.items()))
    return call


def code(reply):
    return re.search(rb"<Code>(.*)</Code>", reply.body)[1].decode()


def test_an_answer(post, server):
    name = new_name()
    reply = post({"Action": "CreateUser", "Version": VERSION, "UserName": name, "Tags.member.1.Key": "k",
                  "Tags.member.1.Value": "a b"})
    assert reply.status == 200 and reply.header("Content-Type") == "text/xml"
    shape = (rb'<CreateUserResponse xmlns="https://iam\.amazonaws\.com/doc/2010-05-08/"><CreateUserResult><User>'
             rb"<Path>/</Path><UserName>%s</UserName><UserId>AIDA[A-Z0-9]+</UserId><Arn>arn:aws:iam::%s:user/%s</Arn>"
             rb"<CreateDate>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ</CreateDate>"
             rb"<Tags><member><Key>k</Key><Value>a b</Value></member></Tags></User></CreateUserResult>"
             rb"<ResponseMetadata><RequestId>[0-9a-f-]{36}</RequestId></ResponseMetadata></CreateUserResponse>")
    names = (name.encode(), server.account.encode(), name.encode())
    assert re.fullmatch(shape % names, reply.body), reply.body
    gone = post({"Action": "DeleteUser", "Version": VERSION, "UserName": name})
    assert re.fullmatch(rb'<DeleteUserResponse xmlns="[^"]*"><ResponseMetadata><RequestId>[^<]*</RequestId>'
                        rb"</ResponseMetadata></DeleteUserResponse>", gone.body), gone.body


def test_an_error(post):
    reply = post({"Action": "GetUser", "Version": VERSION, "UserName": "nobody"})
    assert reply.status == 404
    assert re.fullmatch(rb'<ErrorResponse xmlns="https://iam\.amazonaws\.com/doc/2010-05-08/"><Error><Type>Sender</Type>'
                        rb"<Code>NoSuchEntity</Code><Message>The user with name nobody cannot be found\.</Message>"
                        rb"</Error><RequestId>[^<]*</RequestId></ErrorResponse>", reply.body), reply.body


@pytest.mark.parametrize("region", ["us-east-1", "eu-central-1", "aws-global"])
def test_any_region(post, region):
    assert post({"Action": "ListUsers", "Version": VERSION}, region=region).status == 200


@pytest.mark.parametrize("form, expected", [
    ("", "InvalidAction"),
    ("Action=ListUsers", "InvalidAction"),
    ("Action=ListUsers&Version=2011-06-15", "InvalidAction"),
    (f"Action=DropTables&Version={VERSION}", "InvalidAction"),
    (f"Action=listusers&Version={VERSION}", "InvalidAction"),
    ("Action=GetCallerIdentity&Version=2011-06-15", "InvalidAction"),
    (f"Action=ListUsers&Version={VERSION}&MaxItems=many", "MalformedInput"),
    (f"Action=ListUsers&Version={VERSION}&MaxItems=1&MaxItems=2", "ValidationError"),
    (f"Action=ListUsers&Version={VERSION}&x=%zz", "ValidationError"),
    (f"Action=ListUsers&Version={VERSION}&x=%ff", "ValidationError"),
    (f"Action=ListUsers&Version={VERSION}&Marker=%00", "ValidationError"),
    (f"Action=ListPolicies&Version={VERSION}&OnlyAttached=perhaps", "MalformedInput"),
    (f"Action=TagUser&Version={VERSION}&UserName=a&Tags.member.0.Key=a&Tags.member.0.Value=b", "MalformedInput"),
    (f"Action=TagUser&Version={VERSION}&UserName=a&Tags.member.x.Key=a", "MalformedInput"),
    (f"Action=TagUser&Version={VERSION}&UserName=a&Tags.member.1=a", "ValidationError"),
    (f"Action=TagUser&Version={VERSION}&UserName=a&Tags.1.Key=a", "ValidationError"),
    (f"Action=TagUser&Version={VERSION}&UserName=nobody&Tags.member.18446744073709551615.Key=a"
     "&Tags.member.18446744073709551615.Value=b", "NoSuchEntity"),
    ("Action=ListUsers&" + "&".join(f"a{i}=" for i in range(10_001)), "ValidationError"),
    ("a." * 200_000 + f"=1&Action=GetUser&Version={VERSION}&UserName=nobody", "NoSuchEntity"),
])
def test_hostile_forms(post, form, expected):
    reply = post(form)
    assert 400 <= reply.status < 500 and code(reply) == expected, reply.body[:500]


def test_too_large(post):
    reply = post("x" * (2 << 20) + "x")
    assert reply.status == 413 and code(reply) == "RequestEntityTooLarge"


def test_names_come_back_escaped(post):
    reply = post({"Action": "<b>&", "Version": "\"'"})
    assert b"&lt;b&gt;&amp;" in reply.body and code(reply) == "InvalidAction"


def test_lists_by_their_numbers(post):
    name = new_name()
    post({"Action": "CreateUser", "Version": VERSION, "UserName": name})
    form = {"Action": "TagUser", "Version": VERSION, "UserName": name}
    for position, key in {"9": "c", "100000000000": "d", "2": "b"}.items():
        form |= {f"Tags.member.{position}.Key": key, f"Tags.member.{position}.Value": position}
    assert post(form).status == 200
    listed = post({"Action": "ListUserTags", "Version": VERSION, "UserName": name})
    assert re.findall(rb"<Key>(.)</Key>", listed.body) == [b"b", b"c", b"d"]
