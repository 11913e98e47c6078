"""berth import and berth export, with OCI layouts as real clients write and read them."""

import json
import secrets
import shutil
import tarfile

import pytest

from support import images, shell
from support.oci import OCI_INDEX, OCI_MANIFEST, digest_of, index_of, to_bytes
from support.server import berth as command

MANIFEST_NAME = "org.opencontainers.image.ref.name"


def transfer(server, action, *operands, status=0):
    """The JSON report of `berth import` or `berth export`."""
    done = command(action, *operands, "--json", "--data", server.data, timeout=300)
    assert done.returncode == status, done.stdout + done.stderr
    return json.loads(done.stdout)


def archive_of(layout, path):
    with tarfile.open(path, "w") as tar:
        for entry in sorted(layout.iterdir()):
            tar.add(entry, entry.name)
    return path


@pytest.fixture
def layout(busybox, tmp_path):
    """An OCI layout that skopeo wrote: busybox as `v1`."""
    shell.run("skopeo", "copy", "-q", f"oci:{busybox}:latest", f"oci:{tmp_path}/layout:v1")
    return tmp_path / "layout"


@pytest.fixture
def name():
    return f"t{secrets.token_hex(5)}/app"


@pytest.fixture
def client(localhost):
    """client(program, *arguments): skopeo, crane and oras, logged in at the place's server."""
    login = localhost.write_auth()
    env = {"DOCKER_CONFIG": str(login), "REGISTRY_AUTH_FILE": str(login / "config.json")}

    def call(*arguments):
        return localhost.run(*arguments, env=env)
    return call


@pytest.mark.parametrize("form", ["folder", "tar"])
def test_import_then_pull(localhost, client, layout, name, tmp_path, form):
    source = layout if form == "folder" else archive_of(layout, tmp_path / "layout.tar")
    report = transfer(localhost.server, "import", source, name)
    assert (report["complete"], report["images"], report["failures"]) == (True, 1, [])
    reference = f"{localhost.registry}/{name}:v1"
    manifest = images.manifest_of(layout, "v1")
    assert client("skopeo", "inspect", "--raw", "--tls-verify=false", f"docker://{reference}").encode() == manifest
    client("skopeo", "copy", "-q", "--src-tls-verify=false", f"docker://{reference}", f"oci:{tmp_path}/pulled:v1")
    assert images.blobs_of(tmp_path / "pulled") == images.blobs_of(layout)
    again = transfer(localhost.server, "import", source, name)
    assert (again["images"], again["imagesPresent"], again["layers"], again["bytes"]) == (0, 1, 0, 0)


def test_docker_pulls_what_was_imported(dockerd, world, layout, name):
    transfer(world.server, "import", layout, name)
    reference = f"{world.registry}/{name}:v1"
    env = {"DOCKER_CONFIG": str(world.write_auth())}
    world.run("docker", "pull", "-q", reference, env=env)
    world.run("docker", "rmi", reference, env=env)


@pytest.mark.parametrize("form", ["folder", "tar"])
def test_push_then_export(localhost, client, pushed_here, tmp_path, form):
    name, manifest = pushed_here
    target = tmp_path / ("out" if form == "folder" else "out.tar")
    report = transfer(localhost.server, "export", f"{name}:v1", target)
    assert (report["complete"], report["images"]) == (True, 1)
    kind = "oci" if form == "folder" else "oci-archive"
    shell.run("skopeo", "copy", "-q", f"{kind}:{target}:v1", f"oci:{tmp_path}/copied:v1")
    assert images.manifest_of(tmp_path / "copied", "v1") == manifest
    assert images.blobs_of(tmp_path / "copied")
    if form == "folder":
        other = f"{name}-copy"
        localhost.ecr.create_repository(repositoryName=other)
        client("crane", "push", "--insecure", target, f"{localhost.registry}/{other}:v1")
        digest = client("crane", "digest", "--insecure", f"{localhost.registry}/{other}:v1").strip()
        assert digest == digest_of(manifest)
        assert shell.run("oras", "manifest", "fetch", "--oci-layout", f"{target}:v1").encode() == manifest


@pytest.fixture
def pushed_here(localhost, client, layout, name):
    """A repository with busybox as `v1`, pushed by skopeo; the manifest."""
    localhost.ecr.create_repository(repositoryName=name)
    client("skopeo", "copy", "-q", "--dest-tls-verify=false", f"oci:{layout}:v1",
           f"docker://{localhost.registry}/{name}:v1")
    return name, images.manifest_of(layout, "v1")


def test_indexes_and_referrers(localhost, client, pushed_here, tmp_path):
    """crane makes an index, oras attaches to it; out to a layout and into another registry, all digests are equal."""
    name, _ = pushed_here
    full = f"{localhost.registry}/{name}"
    client("crane", "mutate", "--insecure", f"{full}:v1", "--set-platform", "linux/arm64", "-t", f"{full}:arm")
    client("crane", "index", "append", "--insecure", "-m", f"{full}:v1", "-m", f"{full}:arm", "-t", f"{full}:multi")
    (tmp_path / "sbom.json").write_text("{}")
    localhost.run("oras", "attach", "--plain-http", "--artifact-type", "application/x.sbom", f"{full}:multi",
                  "sbom.json", cwd=tmp_path, env={"DOCKER_CONFIG": str(localhost.write_auth())})
    index = client("crane", "manifest", "--insecure", f"{full}:multi").encode()

    plain = transfer(localhost.server, "export", f"{name}:multi", tmp_path / "plain")
    assert plain["images"] == 3
    out = tmp_path / "out"
    report = transfer(localhost.server, "export", f"{name}:multi", out, "--referrers")
    assert report["images"] == 4
    shell.run("skopeo", "copy", "-q", "--all", f"oci:{out}:multi", f"oci:{tmp_path}/copied:multi")
    assert images.manifest_of(tmp_path / "copied", "multi") == index
    found = json.loads(shell.run("oras", "discover", "--oci-layout", "--format", "json", f"{out}:multi"))
    assert [each["artifactType"] for each in found["referrers"]] == ["application/x.sbom"]

    other = f"{name}-copy"
    transfer(localhost.server, "import", out, other)
    assert client("crane", "manifest", "--insecure", f"{localhost.registry}/{other}:multi").encode() == index
    client("crane", "validate", "--insecure", "--remote", f"{localhost.registry}/{other}:multi")
    referrers = localhost.ecr.list_image_referrers(
        repositoryName=other, subjectId={"imageDigest": digest_of(index)})["referrers"]
    assert [each["artifactType"] for each in referrers] == ["application/x.sbom"]

    # as oras writes it
    localhost.run("oras", "cp", "-r", "--from-plain-http", "--to-oci-layout", f"{full}:multi",
                  f"{tmp_path}/oras:multi", env={"DOCKER_CONFIG": str(localhost.write_auth())})
    third = f"{name}-third"
    assert transfer(localhost.server, "import", tmp_path / "oras", third)["images"] == 4


def test_a_layout_without_names(localhost, client, pushed_here, tmp_path):
    """As crane writes it."""
    name, manifest = pushed_here
    client("crane", "pull", "--insecure", "--format=oci", f"{localhost.registry}/{name}:v1", tmp_path / "crane")
    other = f"{name}-copy"
    transfer(localhost.server, "import", tmp_path / "crane", f"{other}:mine")
    assert client("crane", "manifest", "--insecure", f"{localhost.registry}/{other}:mine").encode() == manifest


def test_what_docker_saves(localhost, dockerd, world, layout, name, tmp_path):
    """Debian 12's Docker writes its own format, and gets told what to do; skopeo makes a layout of it."""
    transfer(world.server, "import", layout, name)
    reference = f"{world.registry}/{name}:v1"
    env = {"DOCKER_CONFIG": str(world.write_auth())}
    world.run("docker", "pull", "-q", reference, env=env)
    world.run("docker", "save", "-o", tmp_path / "saved.tar", reference, env=env)
    done = command("import", tmp_path / "saved.tar", name, "--data", localhost.server.data)
    assert done.returncode == 1 and "skopeo copy docker-archive:" in done.stderr
    shell.run("skopeo", "copy", "-q", f"docker-archive:{tmp_path}/saved.tar", f"oci:{tmp_path}/made:v1")
    assert transfer(localhost.server, "import", tmp_path / "made", name)["images"] == 1


def test_hostile_layouts(localhost, busybox, name, tmp_path):
    layout = images.unlike(localhost, busybox)

    def spoiled(spoil):
        shutil.rmtree(tmp_path / "bad", ignore_errors=True)
        shutil.copytree(layout, tmp_path / "bad")
        spoil(tmp_path / "bad")
        report = transfer(localhost.server, "import", tmp_path / "bad", name, status=1)
        return report["failures"][0]["reason"] if report["failures"] else report["error"]

    manifest = json.loads(images.manifest_of(layout))
    layer = "blobs/" + manifest["layers"][-1]["digest"].replace(":", "/")

    def flip(folder):
        data = bytearray((folder / layer).read_bytes())
        data[100] ^= 1
        (folder / layer).write_bytes(data)

    def link(folder):
        shutil.move(folder / layer, tmp_path / "secret")
        (folder / layer).symlink_to(tmp_path / "secret")

    def size(folder):
        index = json.loads((folder / "index.json").read_text())
        index["manifests"][0]["size"] += 1
        (folder / "index.json").write_text(json.dumps(index))

    assert manifest["layers"][-1]["digest"] in spoiled(flip)
    assert "symbolic link" in spoiled(link)
    assert "is said to have" in spoiled(size)
    assert "not JSON" in spoiled(lambda folder: (folder / "index.json").write_text("{"))
    assert "do not exist" in spoiled(lambda folder: (folder / layer).unlink())
    assert not [found for found in localhost.ecr.describe_repositories()["repositories"]
                if found["repositoryName"] == name] or \
        localhost.ecr.list_images(repositoryName=name)["imageIds"] == []


def test_rules_of_the_repository(localhost, busybox, layout, name):
    localhost.ecr.create_repository(repositoryName=name, imageTagMutability="IMMUTABLE")
    transfer(localhost.server, "import", layout, name)
    other = images.unlike(localhost, busybox)
    index = json.loads((other / "index.json").read_text())
    for entry in index["manifests"]:
        entry["annotations"] = {MANIFEST_NAME: "v1"}
    index["manifests"] = index["manifests"][-1:]
    (other / "index.json").write_text(json.dumps(index))
    report = transfer(localhost.server, "import", other, name, status=1)
    assert "immutable" in report["failures"][0]["reason"]
    assert len(localhost.ecr.list_images(repositoryName=name)["imageIds"]) == 1


def test_several_at_once(localhost, pushed_here, layout, tmp_path):
    name, manifest = pushed_here
    other = f"{name}-other"
    transfer(localhost.server, "import", layout, other)
    transfer(localhost.server, "export", name, f"{other}@{digest_of(manifest)}", tmp_path / "both")
    names = [entry.get("annotations", {}).get(MANIFEST_NAME)
             for entry in json.loads((tmp_path / "both" / "index.json").read_text())["manifests"]]
    assert names == [f"{name}:v1", None]


def test_refusals(localhost, layout, name, tmp_path):
    for operands, words in [((layout,), "usage"), ((layout, "BAD"), "repository name must"), ((tmp_path / "no", name), "cannot open"),
                            ((tmp_path, name), "no OCI layout"), ((layout, f"{name}:b@d"), "tag")]:
        done = command("import", *operands, "--data", localhost.server.data)
        assert done.returncode == 1 and words.lower() in done.stderr.lower(), done.stderr
    for operands, words in [((name,), "usage"), ((name, tmp_path / "out"), "does not exist"),
                            (("BAD", tmp_path / "out"), "repository name must"), ((f"{name}@sha256:1", tmp_path / "out"), "digest")]:
        done = command("export", *operands, "--data", localhost.server.data)
        assert done.returncode == 1 and words.lower() in done.stderr.lower(), done.stderr


def test_an_index_of_the_oci_door_comes_back(server, oci, repo, tmp_path):
    """sha512 and Docker types too: all of a repository, out and in."""
    child = oci.push_image(repo, "one")
    index = to_bytes(index_of([child], media_type=OCI_INDEX))
    oci.put_manifest(repo, "multi", index, OCI_INDEX).expect(201)
    transfer(server, "export", repo, tmp_path / "out.tar")
    transfer(server, "import", tmp_path / "out.tar", f"{repo}-copy")
    assert oci.get_manifest(f"{repo}-copy", "multi").expect(200).body == index
    assert oci.get_manifest(f"{repo}-copy", "one", OCI_MANIFEST).expect(200).body == child
