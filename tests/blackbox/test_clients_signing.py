"""cosign (both signature formats) and notation: sign, list, verify."""

import json
import secrets

import pytest


@pytest.fixture
def signed(place, pushed):
    """The pushed image by digest, and the environment of a client that is logged in."""
    digest = place.ecr.describe_images(repositoryName=place.short(pushed))["imageDetails"][0]["imageDigest"]
    return f"{pushed}@{digest}", {"DOCKER_CONFIG": str(place.write_auth())}


@pytest.fixture
def keys(place):
    folder = place.folder / f"keys-{secrets.token_hex(4)}"
    folder.mkdir()
    place.run("cosign", "generate-key-pair", cwd=folder)
    return folder


@pytest.mark.parametrize("form", [[], ["--new-bundle-format=false"]], ids=["bundle", "sig-tag"])
def test_cosign(place, signed, keys, form):
    reference, env = signed
    flags = place.insecure("--allow-http-registry")
    place.fails("cosign", "verify", "--key", keys / "cosign.pub", "--insecure-ignore-tlog", *form, *flags, reference,
                env=env)
    place.run("cosign", "sign", "--key", keys / "cosign.key", "--tlog-upload=false", "--use-signing-config=false",
              *form, *flags, "-y", reference, env=env)
    said = place.run("cosign", "verify", "--key", keys / "cosign.pub", "--insecure-ignore-tlog", *form, *flags,
                     reference, env=env)
    assert reference.partition("@")[2] in said
    repository = place.short(reference.partition("@")[0])
    tags = [entry.get("imageTag", "") for entry in place.ecr.list_images(repositoryName=repository)["imageIds"]]
    assert any(tag.endswith(".sig") for tag in tags) == bool(form)


def test_cosign_attest(place, signed, keys):
    reference, env = signed
    flags = place.insecure("--allow-http-registry")
    predicate = keys / "predicate.json"
    predicate.write_text(json.dumps({"tested": True}))
    place.run("cosign", "attest", "--key", keys / "cosign.key", "--tlog-upload=false", "--use-signing-config=false",
              "--predicate", predicate, "--type", "custom", *flags, "-y", reference, env=env)
    place.run("cosign", "verify-attestation", "--key", keys / "cosign.pub", "--insecure-ignore-tlog", "--type",
              "custom", *flags, reference, env=env)
    assert place.run("cosign", "tree", *flags, reference, env=env)


def test_notation(place, signed):
    reference, env = signed
    name = f"t{secrets.token_hex(4)}.example"
    config = {**env, "NOTATION_CONFIG": str(place.folder / name), "NOTATION_LIBEXEC": str(place.folder / name)}
    user, password = place.token()
    access = [*place.insecure("--insecure-registry"), "-u", user, "-p", password]
    place.run("notation", "cert", "generate-test", "--default", name, env=config)
    policy = place.folder / f"{name}.json"
    policy.write_text(json.dumps({"version": "1.0", "trustPolicies": [{
        "name": "test", "registryScopes": ["*"], "signatureVerification": {"level": "strict"},
        "trustStores": [f"ca:{name}"], "trustedIdentities": ["*"]}]}))
    place.run("notation", "policy", "import", policy, env=config)
    place.fails("notation", "verify", *access, reference, env=config, words=["no signature"])
    place.run("notation", "sign", *access, reference, env=config)
    assert "sha256:" in place.run("notation", "ls", *access, reference, env=config)
    assert "success" in place.run("notation", "verify", *access, reference, env=config).lower()
    repository = place.short(reference.partition("@")[0])
    found = place.ecr.list_image_referrers(repositoryName=repository,
                                           subjectId={"imageDigest": reference.partition("@")[2]})["referrers"]
    assert [entry["artifactType"] for entry in found] == ["application/vnd.cncf.notary.signature"]
    place.fails("notation", "ls", *place.insecure("--insecure-registry"), "-u", "AWS", "-p", "wrong", reference,
                env=config, words=["401", "unauthorized"])


def test_errors(place, signed, keys):
    reference, env = signed
    flags = place.insecure("--allow-http-registry")
    sign = ["cosign", "sign", "--key", keys / "cosign.key", "--tlog-upload=false", "--use-signing-config=false", *flags]
    unknown = f"{place.registry}/no/such/repo@{reference.partition('@')[2]}"
    place.fails(*sign, "-y", unknown, env=env, words=["404 Not Found"])
    wrong = {"DOCKER_CONFIG": str(place.write_auth("AWS", "wrong"))}
    place.fails(*sign, "-y", reference, env=wrong, words=["401", "unauthorized", "UNAUTHORIZED"])
    user, password = place.token()
    place.fails("notation", "ls", *place.insecure("--insecure-registry"), "-u", user, "-p", password, unknown, env=env,
                words=["does not exist", "NAME_UNKNOWN", "not found"])
