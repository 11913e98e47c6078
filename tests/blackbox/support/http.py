"""HTTP as it goes over the wire: no redirects, no retries, no header that the test did not ask for."""

import http.client
import json
import socket
import ssl
import urllib.parse
from dataclasses import dataclass


@dataclass
class Reply:
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    def header(self, name):
        return self.headers.get(name)

    def json(self):
        return json.loads(self.body)

    def error(self):
        """The one error of an OCI error answer, as (code, message)."""
        errors = self.json()["errors"]
        assert len(errors) == 1, errors
        return errors[0]["code"], errors[0].get("message", "")

    def expect(self, *statuses):
        assert self.status in statuses, f"{self.status}, not {statuses}: {dict(self.headers)} {self.body[:600]!r}"
        return self


class Http:
    """One server. Every request is a connection of its own unless `keep` is used."""

    def __init__(self, url, ca_file=None, timeout=30):
        parts = urllib.parse.urlsplit(url)
        self.url = url
        self.scheme, self.host, self.port = parts.scheme, parts.hostname, parts.port
        self.ca_file, self.timeout = ca_file, timeout

    def connect(self, timeout=None):
        """A plain socket to the server (TLS if the URL says so), for what http.client would refuse to send."""
        sock = socket.create_connection((self.host, self.port), timeout or self.timeout)
        if self.scheme == "https":
            context = ssl.create_default_context(cafile=self.ca_file)
            sock = context.wrap_socket(sock, server_hostname=self.host)
        return sock

    def connection(self):
        connection = http.client.HTTPConnection(self.host, self.port, timeout=self.timeout)
        connection.sock = self.connect()
        return connection

    def request(self, method, target, body=None, headers=None, connection=None):
        """`target` may be a path or a URL of this server (a Location). `body`: bytes, or an iterable sent chunked."""
        if target.startswith(("http://", "https://")):
            parts = urllib.parse.urlsplit(target)
            target = urllib.parse.urlunsplit(("", "", parts.path, parts.query, ""))
        own = connection or self.connection()
        try:
            names = {name.lower() for name in headers or {}}
            own.putrequest(method, target, skip_host="host" in names, skip_accept_encoding=True)
            for name, value in (headers or {}).items():
                own.putheader(name, value)
            if isinstance(body, bytes):
                if "content-length" not in names:
                    own.putheader("Content-Length", str(len(body)))
                own.endheaders(body)
            elif body is None:
                if method in ("POST", "PUT", "PATCH") and "content-length" not in names:
                    own.putheader("Content-Length", "0")
                own.endheaders()
            else:
                own.putheader("Transfer-Encoding", "chunked")
                own.endheaders(body, encode_chunked=True)
            answer = own.getresponse()
            return Reply(answer.status, answer.headers, answer.read())
        finally:
            if connection is None:
                own.close()

    def raw(self, data, timeout=10):
        """Sends bytes as they are and reads until the server closes, or is silent for `timeout` seconds."""
        with self.connect(timeout) as sock:
            try:
                sock.sendall(data)
                return read_all(sock)
            except (BrokenPipeError, ConnectionResetError):
                return b""


def read_all(sock):
    parts = []
    try:
        while part := sock.recv(65536):
            parts.append(part)
    except (TimeoutError, ConnectionResetError):
        pass
    return b"".join(parts)


def read_head(sock):
    """The next answer's head (and what came with it)."""
    data = b""
    while b"\r\n\r\n" not in data:
        part = sock.recv(65536)
        if not part:
            break
        data += part
    return data


def status_of(answer):
    """The status code of a raw answer, 0 if the server only closed the connection."""
    return int(answer.split(b" ", 2)[1]) if answer.startswith(b"HTTP/1.") else 0
