#!/usr/bin/env python3
"""Makes web_identity.json: tokens good and bad, signed by the Python package `cryptography`, with the verdict on each.

Run with the Python of the black-box tests; the keys are new each time, so all of the file changes.
"""

import copy
import hashlib
import hmac
import json
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[2] / "tests" / "blackbox"))

from cryptography.hazmat.primitives import hashes, serialization  # noqa: E402
from support.oidc import Key, b64  # noqa: E402

NOW = 1_700_000_000
ISSUER = "https://token.actions.example/tenant/1"
CLAIMS = {"iss": ISSUER, "sub": "repo:octo/app:ref:refs/heads/main", "aud": "sts.amazonaws.com", "iat": NOW - 10,
          "nbf": NOW - 10, "exp": NOW + 300, "repository": "octo/app", "run_attempt": 2, "private": True,
          "amr": ["pwd", "mfa"]}
NOT_A_JWT = "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)"
UNSUPPORTED = "The ID Token is not signed with a supported algorithm"
UNSIGNED = "unsigned"  # parsed and with fine claims, and not verified by any key

rsa, other = Key("rsa"), Key("other")
p256, p384, p521 = Key("p256", "ES256"), Key("p384", "ES384"), Key("p521", "ES512")
cases = []


def case(name, token, verdict="ok"):
    cases.append({"name": name, "token": token, "verdict": verdict})


def claims(**changes):
    return {name: value for name, value in {**CLAIMS, **changes}.items() if value is not None}


def rsa_as(algorithm):
    """The same key with another algorithm."""
    key = copy.copy(rsa)
    key.algorithm = algorithm
    key.hash = {"256": hashes.SHA256, "384": hashes.SHA384, "512": hashes.SHA512}[algorithm[2:]]()
    return key


def hs256(secret, header=None):
    message = f"{b64({'alg': 'HS256', 'typ': 'JWT', 'kid': 'rsa', **(header or {})})}.{b64(CLAIMS)}"
    return f"{message}.{b64(hmac.new(secret, message.encode(), hashlib.sha256).digest())}"


for key in (rsa, rsa_as("RS384"), rsa_as("RS512"), rsa_as("PS256"), p256, p384, p521):
    case(f"good {key.algorithm}", key.token(CLAIMS))

good = rsa.token(CLAIMS)
head, body, signature = good.split(".")
pem = rsa.private.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)

for name in ("none", "None", "NONE", "", "HS256", "RS1", "rs256", "ES256K", "EdDSA", "PS384"):
    case(f"alg {name!r} without signature", f"{b64({'alg': name, 'kid': 'rsa'})}.{body}.", UNSUPPORTED)
    case(f"alg {name!r} with the old signature", f"{b64({'alg': name, 'kid': 'rsa'})}.{body}.{signature}", UNSUPPORTED)
case("no alg", f"{b64({'kid': 'rsa'})}.{body}.{signature}", UNSUPPORTED)
case("alg is a list", f"{b64({'alg': ['RS256'], 'kid': 'rsa'})}.{body}.{signature}", UNSUPPORTED)
case("HS256 with the public key as secret", hs256(pem), UNSUPPORTED)
case("HS256 with the modulus as secret", hs256(rsa.private.public_key().public_numbers().n.to_bytes(256, "big")),
     UNSUPPORTED)
case("RS256 claimed for an HMAC", f"{head}.{body}.{hs256(pem).split('.')[2]}", UNSIGNED)
case("no signature", f"{head}.{body}.", UNSIGNED)
case("signature of another payload", f"{head}.{b64(claims(sub='admin'))}.{signature}", UNSIGNED)
case("signed by a key that is not published", other.token(CLAIMS), UNSIGNED)
case("signed by another key under a published kid", other.token(CLAIMS, {"kid": "rsa"}), UNSIGNED)
case("its own key in the header", other.token(CLAIMS, {"jwk": other.jwk(), "kid": "other"}), UNSIGNED)
case("its own key in the header under a published kid", other.token(CLAIMS, {"jwk": other.jwk(), "kid": "rsa"}),
     UNSIGNED)
case("jku", other.token(CLAIMS, {"jku": "http://127.0.0.1:1/keys", "kid": "other"}), UNSIGNED)
case("x5u", other.token(CLAIMS, {"x5u": "http://127.0.0.1:1/cert", "kid": "other"}), UNSIGNED)
case("x5c", other.token(CLAIMS, {"x5c": ["MIIB"], "kid": "other"}), UNSIGNED)
for kid in ("../../../../dev/null", "' OR 1=1 --", "/etc/passwd", "RSA", "rsa ", "p256"):
    case(f"kid {kid!r}", rsa.token(CLAIMS, {"kid": kid}), UNSIGNED)
case("kid is a number", rsa.token(CLAIMS, {"kid": 1}), NOT_A_JWT)
case("crit", rsa.token(CLAIMS, {"crit": ["b64"], "b64": False}), "The ID Token has a critical header that is not supported")
case("the algorithm of another curve", p256.token(CLAIMS, {"alg": "ES384"}), UNSIGNED)
case("an RSA key's name with an EC algorithm", p256.token(CLAIMS, {"kid": "rsa"}), UNSIGNED)
case("an ECDSA signature in DER", f"{p256.token(CLAIMS).rsplit('.', 1)[0]}.{b64(bytes([0x30, 6, 2, 1, 1, 2, 1, 1]))}", UNSIGNED)
case("a curve's zero signature", f"{p256.token(CLAIMS).rsplit('.', 1)[0]}.{b64(bytes(64))}", UNSIGNED)

for text in ("", ".", "..", "...", good + ".x", good.replace(".", "..", 1), head + "." + body, " " + good, good + "\n",
             good + "=", head + "." + body + "." + signature[:-1] + "*", "x" * 20_001, b64([]) + "." + body + ".x",
             head + "." + b64([]) + "." + signature, head + "." + b64(b"{") + "." + signature,
             head + "." + b64(b'{"iss":"a","iss":"b"}') + "." + signature,
             head + "." + b64(b"[" * 1000) + "." + signature):
    case(f"malformed {text[:20]!r}", text, NOT_A_JWT)

missing = "Missing a required claim: "
for name in ("iss", "exp", "iat", "sub", "aud"):
    case(f"without {name}", rsa.token(claims(**{name: None})), missing + name)
    case(f"{name} of another type", rsa.token(claims(**{name: {}})), missing + name)
case("exp is a text", rsa.token(claims(exp=str(NOW + 300))), missing + "exp")
case("exp is negative", rsa.token(claims(exp=-1)), missing + "exp")
case("exp is enormous", rsa.token(claims(exp=1e300)), missing + "exp")
case("nbf is a text", rsa.token(claims(nbf="0")), missing + "nbf")
case("empty sub", rsa.token(claims(sub="")), missing + "sub")
case("aud is an empty list", rsa.token(claims(aud=[])), missing + "aud")
case("aud has a number in it", rsa.token(claims(aud=["sts.amazonaws.com", 1])), missing + "aud")

unknown = "No OpenIDConnect provider found in your account for "
for issuer in ("https://token.actions.example", ISSUER + "/", ISSUER.upper(), "http" + ISSUER[5:], ISSUER + "\0"):
    case(f"issuer {issuer!r}", rsa.token(claims(iss=issuer)), unknown + issuer.replace("\0", "\\u0000"))
for audience in ("other", "STS.amazonaws.com", "sts.amazonaws.com ", "", ["other", "another"], "*"):
    case(f"audience {audience!r}", rsa.token(claims(aud=audience)), "Incorrect token audience")
case("one audience of several", rsa.token(claims(aud=["other", "sts.amazonaws.com"])))
case("azp counts, not aud", rsa.token(claims(azp="other")), "Incorrect token audience")
case("azp is ours", rsa.token(claims(aud="https://api.example", azp="client-7")))

expired = f"Token expired: current date/time {NOW} must be before the expiration date/time "
case("within the skew", rsa.token(claims(exp=NOW - 59)))
case("a fraction of a second", rsa.token(claims(exp=NOW + 0.5)))
for exp in (NOW - 60, NOW - 61, NOW - 3600, 0):
    case(f"expired at {exp - NOW}", rsa.token(claims(exp=exp)), expired + str(exp))
early = f"Token not yet valid: current date/time {NOW} must be after the not-before date/time "
case("soon valid", rsa.token(claims(nbf=NOW + 60)))
case("not yet valid", rsa.token(claims(nbf=NOW + 61)), early + str(NOW + 61))
case("issued in the future", rsa.token(claims(iat=NOW + 61)), early + str(NOW + 61))
case("without nbf", rsa.token(claims(nbf=None)))

case("claims in other spellings", rsa.token(claims(Sub="repo:octo/admin", SUB="repo:octo/admin", Aud="client-7",
                                                 Repository="octo/admin", Oaud="client-7")))

TAGS = "https://aws.amazon.com/tags"
case("with session tags", rsa.token(claims(**{TAGS: {
    "principal_tags": {"team": ["red"], "cost": ["7"]}, "transitive_tag_keys": ["team"]},
    "https://aws.amazon.com/source_identity": "octocat"})))
case("with tags of another form", rsa.token(claims(**{TAGS: {"principal_tags": {"team": ["red", "blue"]}}})))

json.dump({"now": NOW, "issuer": ISSUER, "clientIds": ["sts.amazonaws.com", "client-7"],
           "keys": json.dumps({"keys": [{k: v for k, v in rsa.jwk().items() if k != "alg"}, p256.jwk(), p384.jwk(), p521.jwk()]}),
           "otherKeys": json.dumps({"keys": [other.jwk()]}),  # as the issuer publishes them after a rotation
           "cases": cases}, open(HERE / "web_identity.json", "w"), indent=1)
