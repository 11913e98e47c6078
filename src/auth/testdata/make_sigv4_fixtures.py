#!/usr/bin/env python3
"""Writes sigv4.json beside itself: requests signed by botocore, an implementation that owes nothing to ours.

The file is committed; run this again only to add cases. Needs botocore.
"""
import base64
import datetime
import hashlib
import json
import pathlib
from urllib.parse import urlsplit

import botocore.auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

NOW = datetime.datetime(2026, 2, 28, 23, 59, 30, tzinfo=datetime.timezone.utc)
botocore.auth.get_current_datetime = lambda *_, **__: NOW

KEY = "AKIDEXAMPLE"
SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
TOKEN = "FwoGZXIvYXdzEBYaDH//session+token/with=odd&characters=="
JSON_BODY = b'{"repositoryName":"team/app"}'
ECR = [("Content-Type", "application/x-amz-json-1.1"),
       ("X-Amz-Target", "AmazonEC2ContainerRegistry_V20150921.DescribeRepositories")]


def case(name, method="POST", url="https://api.ecr.us-east-1.amazonaws.com/", headers=(), body=b"", region="us-east-1",
         service="ecr", token=None, presign=None, params=None, unsigned=()):
    request = AWSRequest(method=method, url=url, data=body, params=params)
    for key, value in headers:
        request.headers[key] = value  # appends
    credentials = Credentials(KEY, SECRET, token)
    if presign:
        botocore.auth.SigV4QueryAuth(credentials, service, region, expires=presign).add_auth(request)
    else:
        botocore.auth.SigV4Auth(credentials, service, region).add_auth(request)
    parts = urlsplit(request.prepare().url)
    sent = [[k, v] for k, v in request.headers.items()] + [list(pair) for pair in unsigned]
    host = next((v for k, v in sent if k.lower() == "host"), parts.netloc)
    return {"name": name, "method": method, "path": parts.path, "query": parts.query, "host": host, "headers": sent,
            "body": base64.b64encode(body).decode(), "region": region, "service": service, "token": token}


def cases():
    yield case("ecr json", headers=ECR, body=JSON_BODY)
    yield case("ecr json, empty body", headers=ECR, body=b"")
    yield case("binary body", headers=ECR, body=b"\x00\xff" * 2048)
    yield case("session token", headers=ECR, body=JSON_BODY, token=TOKEN)
    yield case("localhost with port", url="http://localhost:5000/", headers=ECR, body=JSON_BODY)
    yield case("ipv6 host", url="http://[::1]:5000/", headers=ECR, body=JSON_BODY)
    yield case("other region and service", region="eu-central-1", service="sts", method="POST",
               url="https://sts.eu-central-1.amazonaws.com/",
               headers=[("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")],
               body=b"Action=GetCallerIdentity&Version=2011-06-15")
    yield case("date header", headers=ECR + [("Date", "x")], body=JSON_BODY)
    yield case("declared payload hash", body=JSON_BODY, headers=ECR + [
        ("X-Amz-Content-SHA256", hashlib.sha256(JSON_BODY).hexdigest())])
    yield case("unsigned extras", headers=ECR, body=JSON_BODY, unsigned=[
        ("User-Agent", "Boto3/1.43 md/x"), ("Expect", "100-continue"), ("X-Amzn-Trace-Id", "Root=1"),
        ("X-Amz-Cf-Id", "added-by-a-proxy"), ("Connection", "keep-alive")])
    yield case("user agent is not signed", headers=ECR + [("User-Agent", "Boto3")], body=JSON_BODY)

    for value in ["  both ends  ", "a   b    c", "tab\tbetween", '"quoted   spaces"', "", " ", "a,b", "ünïcödé", "a;b:c"]:
        yield case(f"header value {value!r}", headers=ECR + [("X-Custom", value)], body=JSON_BODY)
    yield case("header twice", headers=ECR + [("X-Many", "one"), ("x-many", " two  three "), ("X-MANY", "one")])
    yield case("header names that sort oddly", headers=[("X-Amz-B", "1"), ("X-Amz", "2"), ("X-Amz-A_", "3"), ("X-Amz-a0", "4")])
    yield case("many headers", headers=[(f"X-H{i:03}", str(i)) for i in range(100)])

    for path in ["", "/", "//", "/a", "/a/", "//a//b//", "/./", "/./a", "/a/./b", "/a/../b", "/../a", "/a/b/..", "/a/..",
                 "/%20", "/a%2Fb", "/%E1%88%B4", "/a%2fb", "/-._~", "/v2/team/app/blobs/sha256:00", "/a+b", "/a=b&c;d",
                 "/(x)!*'@$,", "/%25", "/%", "/a..b/...", "/..."]:
        yield case(f"path {path!r}", method="GET", url="https://example.amazonaws.com" + path, service="service")
    for query in ["a=1", "b=2&a=1", "a=2&a=1", "a=1&a=1", "a", "a=", "A=1&a=2", "a-b=1&a.b=2&a_b=3&a~b=4&a=5", "a%20b=c%20d",
                  "x=%2F%3D%26%2B%25", "%E1%88%B4=bar", "a=b%3Dc", "Action=ListUsers&Version=2010-05-08", "a=%00%01%7F%80%FF",
                  "X-Amz-Foo=1", "x-amz-date=1", "=v"]:
        yield case(f"query {query!r}", method="GET", url="https://example.amazonaws.com/?" + query, service="service")
    yield case("query from parameters", method="GET", url="https://example.amazonaws.com/p", service="service",
               params={"space": "a b", "plus": "a+b", "utf8": "ሴ", "slash": "a/b", "tilde": "~", "empty": "", "%": "%"})

    sts = "https://sts.us-east-1.amazonaws.com/?Action=GetCallerIdentity&Version=2011-06-15"
    for seconds in [1, 60, 900, 3600, 604800]:
        yield case(f"presigned for {seconds} s", method="GET", url=sts, service="sts", presign=seconds)
    yield case("presigned with session token", method="GET", url=sts, service="sts", presign=60, token=TOKEN)
    yield case("presigned with signed header", method="GET", url=sts, service="sts", presign=60,
               headers=[("x-k8s-aws-id", "my-cluster")])
    yield case("presigned, odd parameters", method="GET", service="sts", presign=60,
               url="https://sts.us-east-1.amazonaws.com/a/../b?z=%20&a=%2B&Y-Amz=~&x=%E1%88%B4")
    yield case("presigned put", method="PUT", url="https://example.amazonaws.com/up", service="service", presign=60)


def main():
    out = {"now": NOW.strftime("%Y%m%dT%H%M%SZ"), "accessKeyId": KEY, "secretAccessKey": SECRET, "cases": list(cases())}
    target = pathlib.Path(__file__).with_name("sigv4.json")
    target.write_text(json.dumps(out, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
