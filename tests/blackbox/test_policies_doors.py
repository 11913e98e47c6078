"""Where calls come from: without credentials, through VPC endpoints, from other accounts."""

import time

import pytest

from support import aws, iam
from support.expect import aws_error
from support.iam import policy, to
from support.oci import Oci
from support.server import free_port

PULL = ["ecr:GetDownloadUrlForLayer", "ecr:BatchGetImage", "ecr:BatchCheckLayerAvailability"]
ANYBODY = to("*", "Allow", PULL, Condition={"Bool": {"berth:Anonymous": "true"}})
EMPTY_LOGIN = {"Authorization": "Basic Og=="}  # what podman sends when it has no credentials


def check_challenge(reply):
    assert reply.expect(401).header("Www-Authenticate").startswith("Basic realm=")


@pytest.fixture
def public(ecr, oci, repo):
    """A repository that everybody may pull from."""
    oci.push_image(repo, "v1")
    ecr.set_repository_policy(repositoryName=repo, policyText=policy(ANYBODY))
    return repo


@pytest.mark.parametrize("headers", [{}, {"Authorization": ""}, EMPTY_LOGIN])
def test_anonymous_pull(server, oci, public, headers):
    def get(path, method="GET"):
        return server.http.request(method, path, headers=headers)
    manifest = get(f"/v2/{public}/manifests/v1").expect(200)
    get(f"/v2/{public}/manifests/v1", "HEAD").expect(200)
    layer = manifest.json()["layers"][0]["digest"]
    get(f"/v2/{public}/blobs/{layer}").expect(200)
    get(f"/v2/{public}/blobs/{layer}", "HEAD").expect(200)
    get(f"/v2/{public}/manifests/absent").expect(404)
    # What the policy does not name, what writes, and the ping, whose challenge makes clients log in.
    check_challenge(get(f"/v2/{public}/tags/list"))
    check_challenge(get("/v2/"))
    check_challenge(get("/v2/_catalog"))
    for method, path in [("PUT", "/manifests/v1"), ("DELETE", "/manifests/v1"), ("POST", "/blobs/uploads/"),
                         ("DELETE", f"/blobs/{layer}")]:
        check_challenge(get(f"/v2/{public}{path}", method))


def test_anonymous_reveals_nothing_of_others(server, ecr, oci, public, repo, new_repo):
    private = new_repo()
    oci.push_image(private, "v1")
    answers = {server.http.request("GET", f"/v2/{name}/{path}").expect(401).body
               for name in (private, "no/such/repository", "Not!A!Name")
               for path in ("manifests/v1", "manifests/!", "blobs/sha256:x", "tags/list?n=x")}
    assert len(answers) == 1


def test_a_star_without_the_condition_is_for_those_with_credentials(server, ecr, oci, repo):
    oci.push_image(repo, "v1")
    ecr.set_repository_policy(repositoryName=repo, policyText=policy(to("*", "Allow", PULL)))
    check_challenge(server.http.request("GET", f"/v2/{repo}/manifests/v1"))


def test_anonymous_pull_ends_with_the_policy(server, ecr, public):
    server.http.request("GET", f"/v2/{public}/manifests/v1").expect(200)
    ecr.delete_repository_policy(repositoryName=public)
    check_challenge(server.http.request("GET", f"/v2/{public}/manifests/v1"))


def test_wrong_credentials_are_not_anonymous(server, public):
    check_challenge(server.http.request("GET", f"/v2/{public}/manifests/v1", headers={"Authorization": "Basic QVdTOng="}))


def test_an_expired_token_as_ecr_answers_it(make_server):
    server = make_server("--auth-token-lifetime", "1s", "--auth-expired-token-is-forbidden")
    oci = Oci(server, aws.registry_token(server))
    time.sleep(2)
    reply = oci.get("/v2/").expect(403)
    assert reply.error() == ("DENIED", "Your authorization token has expired. Reauthenticate and try again.")
    assert not reply.header("Www-Authenticate")


# --- VPC endpoints ---

@pytest.fixture
def endpoint(make_server, tmp_path):
    """A server with a listener of its own for a VPC endpoint, which does not let anyone delete."""
    port = free_port()
    only = tmp_path / "endpoint.json"
    only.write_text(policy(to("*", "Allow", "*", Resource="*"), to("*", "Deny", ["ecr:Delete*", "ecr:BatchDelete*"],
                                                                   Resource="*")))
    config = tmp_path / "berth.toml"
    config.write_text(f'[[vpc_endpoint]]\nid = "vpce-1a2b"\nvpc = "vpc-3c4d"\nlisten = "127.0.0.1:{port}"\n'
                      f'api_policy = "{only}"\ndkr_policy = "{only}"\n')
    server = make_server("--config", str(config))
    server.inside = f"127.0.0.1:{port}"
    return server


def inside(server):
    """The same server by its endpoint."""
    import copy
    other = copy.copy(server)
    other.listen = server.inside
    return other


def test_the_endpoints_policy_bounds_what_comes_through_it(endpoint):
    through = inside(endpoint)
    ecr, direct = aws.client(through), aws.client(endpoint)
    ecr.create_repository(repositoryName="team/app")
    with aws_error("AccessDeniedException") as caught:
        ecr.delete_repository(repositoryName="team/app")
    assert "with an explicit deny in a VPC endpoint policy" in caught.message
    oci = Oci(through, aws.registry_token(through))
    oci.push_image("team/app", "v1")
    oci.delete("/v2/team/app/manifests/v1").expect(403)
    Oci(endpoint, aws.registry_token(endpoint)).delete("/v2/team/app/manifests/v1").expect(202)
    direct.delete_repository(repositoryName="team/app", force=True)


@pytest.mark.parametrize("condition", [
    {"StringNotEquals": {"aws:SourceVpce": "vpce-1a2b"}}, {"StringNotEquals": {"aws:SourceVpc": "vpc-3c4d"}},
    {"IpAddress": {"aws:SourceIp": "127.0.0.0/8"}}, {"NotIpAddress": {"aws:VpcSourceIp": "127.0.0.1/32"}}])
def test_only_through_the_endpoint(endpoint, condition):
    through = inside(endpoint)
    direct = aws.client(endpoint)
    direct.create_repository(repositoryName="team/app")
    direct.set_repository_policy(repositoryName="team/app", policyText=policy(
        to("*", "Deny", ["ecr:ListImages"], Condition=condition)))
    with aws_error("AccessDeniedException"):
        direct.list_images(repositoryName="team/app")
    aws.client(through).list_images(repositoryName="team/app")
    Oci(endpoint, aws.registry_token(endpoint)).get("/v2/team/app/tags/list").expect(403)
    Oci(through, aws.registry_token(through)).get("/v2/team/app/tags/list").expect(200)


def test_an_endpoint_by_the_clients_address(make_server, tmp_path):
    config = tmp_path / "berth.toml"
    config.write_text('[[vpc_endpoint]]\nid = "vpce-9"\nvpc = "vpc-9"\nnetworks = ["10.7.0.0/16"]\n'
                      '[http]\ntrusted_proxies = ["127.0.0.1"]\n')
    server = make_server("--config", str(config))
    ecr = aws.client(server)
    ecr.create_repository(repositoryName="team/app")
    ecr.set_repository_policy(repositoryName="team/app", policyText=policy(
        to("*", "Deny", ["ecr:ListImages"], Condition={"StringNotEquals": {"aws:SourceVpce": "vpce-9"}})))
    oci = Oci(server, aws.registry_token(server))
    def list_from(address):
        return oci.request("GET", "/v2/team/app/tags/list", headers={"X-Forwarded-For": address})
    list_from("10.7.1.2").expect(200)
    list_from("10.8.1.2").expect(403)
    list_from("10.7.1.2, 192.0.2.1").expect(403)


@pytest.mark.parametrize("entry,problem", [
    ('id = "vpce-1"', "vpc is missing"), ('id = "x"\nvpc = "vpc-1"', "id: expected vpce-"),
    ('id = "vpce-1"\nvpc = "vpc-1"', "needs networks or listen"),
    ('id = "vpce-1"\nvpc = "vpc-1"\nnetworks = ["10.0.0.0/99"]', "networks: expected ADDRESS"),
    ('id = "vpce-1"\nvpc = "vpc-1"\nnetworks = ["::1"]\nsecret = "x"', "no such key: secret")])
def test_bad_endpoints_stop_the_start(tmp_path, entry, problem):
    from support.server import berth
    config = tmp_path / "berth.toml"
    config.write_text("[[vpc_endpoint]]\n" + entry + "\n")
    done = berth("config", "check", "--config", str(config))
    assert done.returncode != 0 and problem in done.stderr, done.stderr


def test_a_bad_endpoint_policy_stops_the_start(make_server, tmp_path):
    from support.server import berth
    (tmp_path / "p.json").write_text('{"Statement":[]')
    config = tmp_path / "berth.toml"
    config.write_text('[[vpc_endpoint]]\nid = "vpce-1"\nvpc = "vpc-1"\nnetworks = ["::1"]\napi_policy = "'
                      + str(tmp_path / "p.json") + '"\n')
    server = make_server(start=False)
    done = berth("serve", "--data", server.data, "--listen", server.listen, "--config", str(config))
    assert done.returncode != 0 and "vpc_endpoint vpce-1" in done.stderr and "p.json" in done.stderr, done.stderr
