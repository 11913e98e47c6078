"""skopeo, podman, buildah, umoci: copy, push, pull, indexes, zstd, delete, errors."""

import json
import secrets

import pytest

from support import images
from support.oci import digest_of


@pytest.fixture
def login(place):
    """Logs a client in by its own command, into an auth file of its own; that file."""
    path = place.folder / f"auth-{secrets.token_hex(4)}.json"

    def log_in(client):
        user, password = place.token()
        place.run(client, "login", *place.insecure("--tls-verify=false"), "--authfile", path, "-u", user,
                  "--password-stdin", place.registry, stdin=password)
        return path
    return log_in


# skopeo and umoci

def copy(place, auth, source, target, *options):
    flags = [*place.insecure("--src-tls-verify=false"), *place.insecure("--dest-tls-verify=false")]
    if not source.startswith("docker:"):
        flags = flags[1:]
    if not target.startswith("docker:"):
        flags = flags[:1]
    return place.run("skopeo", "copy", "-q", *flags, "--authfile", auth, *options, source, target)


def test_skopeo_and_umoci(place, login, busybox):
    auth, repository = login("skopeo"), place.repository("skopeo")
    source, back = images.unlike(place, busybox), place.folder / f"back-{secrets.token_hex(4)}"
    copy(place, auth, f"oci:{source}:latest", f"docker://{repository}:v1")
    copy(place, auth, f"oci:{source}:latest", f"docker://{repository}:v1")
    manifest = images.manifest_of(source)
    copy(place, auth, f"docker://{repository}:v1", f"oci:{back}:v1")
    copy(place, auth, f"docker://{repository}@{digest_of(manifest)}", f"oci:{back}:by-digest")
    assert images.manifest_of(back, "v1") == images.manifest_of(back, "by-digest") == manifest
    wanted = images.blobs_of(source)
    assert all(wanted[digest] == size for digest, size in images.blobs_of(back).items())
    bundle = place.folder / f"bundle-{secrets.token_hex(4)}"
    place.run("umoci", "unpack", "--image", f"{back}:v1", bundle)
    assert (bundle / "rootfs" / "hello").read_text() == images.BUSYBOX_SCRIPT


def test_skopeo_between_repositories(place, login, pushed):
    auth, target = login("skopeo"), place.repository("copy")
    copy(place, auth, f"docker://{pushed}:v1", f"docker://{target}:v1")
    flags = [*place.insecure("--tls-verify=false"), "--authfile", auth]
    found = [place.run("skopeo", "inspect", "--raw", *flags, f"docker://{name}:v1") for name in (pushed, target)]
    assert found[0] == found[1]
    assert json.loads(place.run("skopeo", "list-tags", *flags, f"docker://{target}"))["Tags"] == ["v1"]
    place.run("skopeo", "delete", *flags, f"docker://{target}:v1")
    place.fails("skopeo", "inspect", *flags, f"docker://{target}:v1", words=["manifest unknown", "Requested image"])


@pytest.mark.parametrize("options", [["--format", "v2s2"], ["--format", "oci"],
                                     ["--dest-compress-format", "zstd", "--dest-compress"]])
def test_skopeo_formats(place, login, busybox, options):
    auth, repository = login("skopeo"), place.repository("format")
    directory = place.folder / f"dir-{secrets.token_hex(4)}"
    copy(place, auth, f"oci:{images.unlike(place, busybox)}:latest", f"dir:{directory}", "--dest-decompress")
    copy(place, auth, f"dir:{directory}", f"docker://{repository}:v1", *options)
    back = place.folder / f"back-{secrets.token_hex(4)}"
    copy(place, auth, f"docker://{repository}:v1", f"oci:{back}:v1")
    flags = [*place.insecure("--tls-verify=false"), "--authfile", auth]
    raw = json.loads(place.run("skopeo", "inspect", "--raw", *flags, f"docker://{repository}:v1"))
    if "zstd" in options:
        assert raw["layers"][-1]["mediaType"].endswith("+zstd")
    images.blobs_of(back)


def test_skopeo_errors(place, login, pushed, busybox):
    flags = place.insecure("--tls-verify=false")
    place.fails("skopeo", "login", *flags, "--authfile", place.folder / "none.json", "-u", "AWS", "--password-stdin",
                place.registry, stdin="wrong", words=["unauthorized", "invalid username/password", "401"])
    place.fails("skopeo", "inspect", *flags, "--creds", "AWS:wrong", f"docker://{pushed}:v1",
                words=["unauthorized", "invalid username/password", "authentication required"])
    auth = login("skopeo")
    place.fails("skopeo", "copy", "-q", *place.insecure("--dest-tls-verify=false"), "--authfile", auth,
                f"oci:{busybox}:latest", f"docker://{place.registry}/no/such/repository:v1",
                words=["name unknown", "does not exist"])


# podman

def podman_reads(place, reference):
    """A file of the image, through a container that is made and not started: starting is not about the registry."""
    container = place.run("podman", "create", reference).strip()
    target = place.folder / f"copied-{secrets.token_hex(4)}"
    place.run("podman", "cp", f"{container}:/hello", target)
    place.run("podman", "rm", container)
    return target.read_text()


def test_podman(place, login, pushed):
    auth, flags = login("podman"), place.insecure("--tls-verify=false")
    target = f"{place.repository('podman')}:v1"
    place.run("podman", "pull", "-q", *flags, "--authfile", auth, f"{pushed}:v1")
    assert podman_reads(place, f"{pushed}:v1") == images.BUSYBOX_SCRIPT
    place.run("podman", "tag", f"{pushed}:v1", target)
    place.run("podman", "push", "-q", *flags, "--authfile", auth, target)
    place.run("podman", "push", "-q", *flags, "--authfile", auth, target)
    identity = place.run("podman", "inspect", "--format", "{{.Id}}", target)
    place.run("podman", "rmi", "-af")
    place.run("podman", "pull", "-q", *flags, "--authfile", auth, target)
    assert place.run("podman", "inspect", "--format", "{{.Id}}", target) == identity
    place.run("podman", "rmi", "-af")
    stored = place.ecr.describe_images(repositoryName=place.short(target.removesuffix(":v1")))["imageDetails"][0]
    by_digest = f"{target.removesuffix(':v1')}@{stored['imageDigest']}"
    place.run("podman", "pull", "-q", *flags, "--authfile", auth, by_digest)
    assert place.run("podman", "inspect", "--format", "{{.Id}}", by_digest) == identity
    place.run("podman", "rmi", "-af")


def test_podman_zstd_and_index(place, login, pushed):
    auth, flags = login("podman"), place.insecure("--tls-verify=false")
    repository = place.repository("podman")
    place.run("podman", "pull", "-q", *flags, "--authfile", auth, f"{pushed}:v1")
    place.run("podman", "push", "-q", *flags, "--authfile", auth, "--format", "oci", "--compression-format", "zstd",
              f"{pushed}:v1", f"{repository}:zstd")
    place.run("podman", "manifest", "create", f"list-{place.name}")
    place.run("podman", "manifest", "add", *flags, "--authfile", auth, f"list-{place.name}",
              f"docker://{repository}:zstd")
    place.run("podman", "manifest", "push", "--all", *flags, "--authfile", auth, f"list-{place.name}",
              f"docker://{repository}:multi")
    place.run("podman", "rmi", "-af")
    place.run("podman", "pull", "-q", *flags, "--authfile", auth, f"{repository}:multi")
    assert podman_reads(place, f"{repository}:multi") == images.BUSYBOX_SCRIPT
    place.run("podman", "rmi", "-af")


def test_podman_errors(place, login, pushed):
    flags = place.insecure("--tls-verify=false")
    place.fails("podman", "login", *flags, "--authfile", place.folder / "none.json", "-u", "AWS", "--password-stdin",
                place.registry, stdin="wrong", words=["unauthorized", "invalid username/password"])
    place.fails("podman", "pull", "-q", *flags, "--authfile", login("podman"), f"{place.registry}/no/such/repo:v1",
                words=["name unknown", "does not exist"])


# buildah

def test_buildah(place, login, pushed):
    auth, flags = login("buildah"), place.insecure("--tls-verify=false")
    repository = place.repository("buildah")
    container = place.run("buildah", "from", "-q", *flags, "--authfile", auth, f"{pushed}:v1").strip()
    file = place.folder / "added"
    file.write_text(secrets.token_hex(100))
    place.run("buildah", "copy", "-q", container, file, "/added")
    place.run("buildah", "commit", "-q", container, f"{repository}:v1")
    place.run("buildah", "push", "-q", *flags, "--authfile", auth, f"{repository}:v1")
    place.run("buildah", "rm", "-a")
    place.run("buildah", "rmi", "-af")
    folder = place.folder / secrets.token_hex(4)
    folder.mkdir()
    (folder / "Dockerfile").write_text(f"FROM {repository}:v1\nRUN sha256sum /added > /sum\n")
    place.run("buildah", "bud", "-q", "--pull", *flags, "--authfile", auth, "-t", f"{repository}:v2", folder)
    place.run("buildah", "manifest", "create", f"index-{place.name}", f"{repository}:v2")
    place.run("buildah", "manifest", "push", "-q", "--all", *flags, "--authfile", auth, f"index-{place.name}",
              f"docker://{repository}:multi")
    place.run("buildah", "rmi", "-af")
    place.run("buildah", "pull", "-q", *flags, "--authfile", auth, f"{repository}:multi")
    place.run("buildah", "rmi", "-af")
    place.fails("buildah", "pull", "-q", *flags, "--creds", "AWS:wrong", f"{repository}:v1",
                words=["unauthorized", "invalid username/password", "authentication required"])


# a real image

def test_skopeo_with_a_real_debian(place, login, debian):
    auth, repository = login("skopeo"), place.repository("debian")
    back = place.folder / f"back-{secrets.token_hex(4)}"
    copy(place, auth, f"oci:{debian}:latest", f"docker://{repository}:12")
    copy(place, auth, f"docker://{repository}:12", f"oci:{back}:12")
    assert images.manifest_of(back, "12") == images.manifest_of(debian)
    assert images.blobs_of(back).items() <= images.blobs_of(debian).items()
    place.run("rm", "-r", back)


@pytest.mark.slow
def test_skopeo_with_a_layer_of_a_gibibyte(place, login):
    auth, repository, source = login("skopeo"), place.repository("large"), images.large()
    back = place.folder / f"back-{secrets.token_hex(4)}"
    copy(place, auth, f"oci:{source}:latest", f"docker://{repository}:v1")
    copy(place, auth, f"docker://{repository}:v1", f"oci:{back}:v1")
    assert images.manifest_of(back, "v1") == images.manifest_of(source)
    images.blobs_of(back)
    place.run("rm", "-r", back)
    place.ecr.delete_repository(repositoryName=place.short(repository), force=True)
