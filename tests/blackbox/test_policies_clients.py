"""Real clients that have no login, at a repository that is open to everybody."""

import json

import pytest

from support.iam import policy, to

PULL = ["ecr:GetDownloadUrlForLayer", "ecr:BatchGetImage", "ecr:BatchCheckLayerAvailability"]


@pytest.mark.parametrize("place", ["localhost"], indirect=True)
def test_pull_without_a_login(place, busybox):
    open_one, closed = place.repository("open"), place.repository("closed")
    for target in (open_one, closed):
        place.run("skopeo", "copy", "-q", "--dest-tls-verify=false", "--authfile", place.write_auth() / "config.json",
                  f"oci:{busybox}:latest", f"docker://{target}:v1")
    place.ecr.set_repository_policy(repositoryName=place.short(open_one), policyText=policy(
        to("*", "Allow", PULL, Condition={"Bool": {"berth:Anonymous": "true"}})))
    folder = place.folder / "nobody"
    folder.mkdir(exist_ok=True)
    auth = folder / "config.json"
    auth.write_text(json.dumps({}))
    env = {"DOCKER_CONFIG": str(folder), "REGISTRY_AUTH_FILE": str(auth)}
    for command in (["skopeo", "inspect", "--raw", "--tls-verify=false", "--authfile", auth, "docker://{}:v1"],
                    ["crane", "manifest", "--insecure", "{}:v1"],
                    ["oras", "manifest", "fetch", "--plain-http", "--registry-config", auth, "{}:v1"],
                    ["podman", "pull", "-q", "--tls-verify=false", "--authfile", auth, "{}:v1"]):
        def of(target, command=command):
            return [str(word).format(target) for word in command]
        place.run(*of(open_one), env=env)
        place.fails(*of(closed), env=env, words=["401", "unauthorized", "authentication required", "credential"])
