"""An OpenID Connect issuer of our own on 127.0.0.1: discovery, keys that rotate, and tokens good and bad."""

import base64
import http.server
import json
import threading
import time

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils

AUDIENCE = "sts.amazonaws.com"


def b64(value):
    """base64url without padding, of bytes or of a value as JSON."""
    data = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def number(value, size=None):
    return b64(value.to_bytes(size or (value.bit_length() + 7) // 8, "big"))


class Key:
    """One signing key. `algorithm`: RS256, RS384, RS512, PS256, ES256, ES384 or ES512."""

    def __init__(self, kid, algorithm="RS256"):
        self.kid, self.algorithm = kid, algorithm
        self.hash = {"256": hashes.SHA256, "384": hashes.SHA384, "512": hashes.SHA512}[algorithm[2:]]()
        self.curve = {"ES256": ec.SECP256R1, "ES384": ec.SECP384R1, "ES512": ec.SECP521R1}.get(algorithm)
        self.private = ec.generate_private_key(self.curve()) if self.curve else rsa.generate_private_key(65537, 2048)

    def jwk(self):
        public = self.private.public_key().public_numbers()
        common = {"kid": self.kid, "use": "sig", "alg": self.algorithm}
        if self.curve:
            size = (self.curve.key_size + 7) // 8
            return {"kty": "EC", "crv": f"P-{self.curve.key_size}", "x": number(public.x, size),
                    "y": number(public.y, size), **common}
        return {"kty": "RSA", "n": number(public.n), "e": number(public.e), **common}

    def sign(self, message):
        if self.curve:
            size = (self.curve.key_size + 7) // 8
            pair = utils.decode_dss_signature(self.private.sign(message, ec.ECDSA(self.hash)))
            return b"".join(part.to_bytes(size, "big") for part in pair)
        pad = padding.PSS(padding.MGF1(self.hash), self.hash.digest_size) if self.algorithm.startswith("PS") \
            else padding.PKCS1v15()
        return self.private.sign(message, pad, self.hash)

    def token(self, claims, header=None):
        """A token with these claims; `header` changes or adds to its header."""
        head = {"alg": self.algorithm, "typ": "JWT", "kid": self.kid, **(header or {})}
        message = f"{b64(head)}.{b64(claims)}"
        return f"{message}.{b64(self.sign(message.encode()))}"


class OidcIssuer:
    """Answers from the moment it is made until stop(). `path`: what the issuer has behind its host, e.g. "/id/1".

    `url` is the issuer; `provider` is what IAM calls it (without the scheme), and what condition keys begin with.
    """

    def __init__(self, path="", algorithm="RS256"):
        self.keys = [Key("key-1", algorithm)]
        self.requests = []  # paths, in the order in which they came
        self.broken = None  # a status to answer everything with
        self.changes = {}   # to the discovery document
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.path = path
        self.url = f"http://127.0.0.1:{self._server.server_port}{path}"
        self.provider = self.url.partition("://")[2]
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self):
        self._server.shutdown()
        self._server.server_close()

    def rotate(self, algorithm=None):
        """A new key instead of all that were there."""
        self.keys = [Key(f"key-{len(self.requests)}-{time.monotonic_ns()}", algorithm or self.keys[0].algorithm)]

    def claims(self, subject="subject", audience=AUDIENCE, lifetime=600, **more):
        now = int(time.time())
        claims = {"iss": self.url, "sub": subject, "aud": audience, "iat": now, "nbf": now, "exp": now + lifetime, **more}
        return {name: value for name, value in claims.items() if value is not None}

    def token(self, subject="subject", key=None, header=None, **claims):
        """A token as such an issuer makes it; a claim given as None is left out."""
        return (key or self.keys[0]).token(self.claims(subject, **claims), header)

    def github_token(self, repository="octo/app", ref="refs/heads/main", **claims):
        """The shape of a token of GitHub Actions."""
        return self.token(f"repo:{repository}:ref:{ref}", **{
            "repository": repository, "repository_owner": repository.partition("/")[0], "ref": ref, "ref_type": "branch",
            "actor": "octocat", "event_name": "push", "workflow": "ci", "run_id": "1", "job_workflow_ref":
            f"{repository}/.github/workflows/ci.yml@{ref}", "runner_environment": "github-hosted", **claims})

    def kubernetes_token(self, namespace="ci", account="builder", **claims):
        """The shape of a projected service account token, whose `aud` is a list."""
        return self.token(f"system:serviceaccount:{namespace}:{account}", **{
            "audience": [AUDIENCE], "kubernetes.io": {"namespace": namespace, "serviceaccount": {
                "name": account, "uid": "8c3bd3d0-0000-4000-8000-000000000001"}}, **claims})

    def _answer(self, path):
        if path == self.path + "/.well-known/openid-configuration":
            return {"issuer": self.url, "jwks_uri": self.url + "/keys", "response_types_supported": ["id_token"],
                    "subject_types_supported": ["public"], "id_token_signing_alg_values_supported": ["RS256"],
                    **self.changes}
        if path == self.path + "/keys":
            return {"keys": [key.jwk() for key in self.keys]}
        return None

    def _handler(issuer):  # noqa: N805 - the handler's own self is another
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                issuer.requests.append(self.path)
                answer = issuer._answer(self.path)
                status = issuer.broken or (200 if answer else 404)
                body = json.dumps(answer if status == 200 else {"error": status}).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        return Handler
