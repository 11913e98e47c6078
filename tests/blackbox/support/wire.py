"""Requests as fast as Python can: one connection that stays open, and no library between it and the socket."""

import hashlib
import hmac
import json
import socket
import time
from dataclasses import dataclass

TARGET = "AmazonEC2ContainerRegistry_V20150921"
JSON = "application/x-amz-json-1.1"
IDLE_SECONDS = 60  # after which a connection is not used again: the server closes it after http.idle_timeout, 2 minutes


class NoAnswer(Exception):
    """The connection ended before the answer did."""


@dataclass(slots=True)
class Reply:
    status: int
    headers: dict  # names in lower case
    body: bytes

    def json(self):
        return json.loads(self.body)


class Connection:
    def __init__(self, port, timeout=60):
        self.port, self.timeout, self.file, self.socket = port, timeout, None, None
        self.used = 0.0

    def close(self):
        if self.socket:
            self.file.close()
            self.socket.close()
            self.socket = None

    def refused(self):
        """Nobody listens."""
        try:
            socket.create_connection(("127.0.0.1", self.port), self.timeout).close()
            return False
        except ConnectionRefusedError:
            return True
        except OSError:  # it is just dying
            return False

    def request(self, method, target, headers, body=b""):
        lines = [f"{method} {target} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n"]
        lines += [f"{name}: {value}\r\n" for name, value in headers.items()]
        if body or method in ("POST", "PUT", "PATCH"):
            lines.append(f"Content-Length: {len(body)}\r\n")
        if time.monotonic() - self.used > IDLE_SECONDS:
            self.close()
        self.used = time.monotonic()
        try:
            if self.socket is None:
                self.socket = socket.create_connection(("127.0.0.1", self.port), self.timeout)
                self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self.file = self.socket.makefile("rb")
            self.socket.sendall("".join(lines).encode() + b"\r\n" + body)
            return self.answer(method)
        except (OSError, ValueError) as error:
            self.close()
            raise NoAnswer(repr(error)) from error

    def answer(self, method):
        status = int(self.line().split(b" ", 2)[1])
        headers = {}
        while line := self.line():
            name, _, value = line.partition(b":")
            headers[name.decode().lower()] = value.strip().decode()
        size = 0 if method == "HEAD" or status in (204, 304) else int(headers.get("content-length", 0))
        body = self.file.read(size)
        if len(body) != size:
            raise OSError(f"{len(body)} bytes of {size}")
        if headers.get("connection", "").lower() == "close":
            self.close()
        return Reply(status, headers, body)

    def line(self):
        line = self.file.readline(65536)
        if not line.endswith(b"\r\n"):
            raise OSError("the connection ended")
        return line[:-2]


class Wire:
    """Both doors, by the administrator's credentials. `server`: a support.server.Server that was initialised."""

    def __init__(self, server):
        self.connection = Connection(server.port)
        self.host = f"127.0.0.1:{server.port}"
        self.authorization = None
        self.key_id, self.secret = server.credentials["accessKeyId"], server.credentials["secretAccessKey"]
        self.region, self.signing_key = server.region, (None, None)

    def oci(self, method, target, body=b"", headers=None):
        if self.authorization is None:
            reply = self.ecr("GetAuthorizationToken", {})
            if reply.status != 200:
                return reply
            self.authorization = f"Basic {reply.json()['authorizationData'][0]['authorizationToken']}"
        return self.connection.request(method, target, {"Authorization": self.authorization, **(headers or {})}, body)

    def ecr(self, operation, payload):
        body = json.dumps(payload).encode()
        now = time.gmtime()
        moment, day = time.strftime("%Y%m%dT%H%M%SZ", now), time.strftime("%Y%m%d", now)
        target = f"{TARGET}.{operation}"
        names = "host;x-amz-date;x-amz-target"
        canonical = (f"POST\n/\n\nhost:{self.host}\nx-amz-date:{moment}\nx-amz-target:{target}\n\n{names}\n"
                     f"{hashlib.sha256(body).hexdigest()}")
        scope = f"{day}/{self.region}/ecr/aws4_request"
        to_sign = f"AWS4-HMAC-SHA256\n{moment}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
        signature = hmac.new(self.key_of(day), to_sign.encode(), hashlib.sha256).hexdigest()
        return self.connection.request("POST", "/", {
            "Content-Type": JSON, "X-Amz-Date": moment, "X-Amz-Target": target,
            "Authorization": f"AWS4-HMAC-SHA256 Credential={self.key_id}/{scope}, SignedHeaders={names}, "
                             f"Signature={signature}"}, body)

    def key_of(self, day):
        if self.signing_key[0] != day:
            key = ("AWS4" + self.secret).encode()
            for part in (day, self.region, "ecr", "aws4_request"):
                key = hmac.new(key, part.encode(), hashlib.sha256).digest()
            self.signing_key = (day, key)
        return self.signing_key[1]
