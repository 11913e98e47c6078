"""IAM: users, groups, memberships, access keys, tags of users, what users never have."""

import datetime
import json
import re
import time

import pytest

from support import aws
from support.expect import aws_error
from support.identities import (ALLOW_PULL, DENY_DELETE, broken, conflict, everything, exists, limit, new_name,
                                no_entity)


@pytest.fixture
def user(iam):
    name = new_name("user")
    iam.create_user(UserName=name)
    return name


@pytest.fixture
def group(iam):
    name = new_name("group")
    iam.create_group(GroupName=name)
    return name


def test_life_of_a_user(iam, server):
    name = new_name("Ann")
    made = iam.create_user(UserName=name, Path="/ops/", Tags=[{"Key": "team", "Value": "a b"}])["User"]
    assert re.fullmatch("AIDA[A-Z0-9]{16,}", made["UserId"])
    assert made["Arn"] == f"arn:aws:iam::{server.account}:user/ops/{name}" and made["Path"] == "/ops/"
    assert datetime.datetime.now(datetime.timezone.utc) - made["CreateDate"] < datetime.timedelta(minutes=1)
    assert made["Tags"] == [{"Key": "team", "Value": "a b"}]
    assert iam.get_user(UserName=name)["User"] == made
    assert iam.get_user(UserName=name.upper())["User"] == made

    with exists(f"User with name {name} already exists."):
        iam.create_user(UserName=name)
    listed = everything(iam, "list_users", "Users", PathPrefix="/ops/")
    assert name in [entry["UserName"] for entry in listed] and "Tags" not in listed[0]

    iam.update_user(UserName=name, NewPath="/dev/", NewUserName=name + "2")
    moved = iam.get_user(UserName=name + "2")["User"]
    assert moved["Arn"].endswith(f":user/dev/{name}2") and moved["UserId"] == made["UserId"]
    iam.delete_user(UserName=name + "2")
    with no_entity(f"The user with name {name}2 cannot be found."):
        iam.get_user(UserName=name + "2")


def test_what_is_in_the_way_of_deleting(iam, user, group):
    key = iam.create_access_key(UserName=user)["AccessKey"]["AccessKeyId"]
    with conflict():
        iam.delete_user(UserName=user)
    iam.delete_access_key(UserName=user, AccessKeyId=key)
    iam.put_user_policy(UserName=user, PolicyName="p", PolicyDocument=json.dumps(ALLOW_PULL))
    with conflict():
        iam.delete_user(UserName=user)
    iam.delete_user_policy(UserName=user, PolicyName="p")
    iam.add_user_to_group(GroupName=group, UserName=user)
    with conflict():
        iam.delete_user(UserName=user)
    with conflict():
        iam.delete_group(GroupName=group)
    iam.remove_user_from_group(GroupName=group, UserName=user)
    iam.delete_user(UserName=user)
    iam.delete_group(GroupName=group)


@pytest.mark.parametrize("name, rule", [
    ("", "Member must have length greater than or equal to 1"),
    ("a" * 65, "Member must have length less than or equal to 64"),
    ("a b", r"Member must satisfy regular expression pattern: [\w+=,.@-]+"),
    ("ü", r"Member must satisfy regular expression pattern: [\w+=,.@-]+"),
    (None, "Member must not be null"),
])
def test_names_that_are_none(bad_iam, name, rule):
    with broken("userName", rule):
        bad_iam.create_user(**({} if name is None else {"UserName": name}))


@pytest.mark.parametrize("path", ["ops", "/ops", "//ops//x", "/a b/", "/" + "a" * 512 + "/"])
def test_paths_that_are_none(bad_iam, path):
    if path == "//ops//x":
        path = "ops/"
    with aws_error("ValidationError") as caught:
        bad_iam.create_user(UserName=new_name(), Path=path)
    assert "Value at 'path' failed to satisfy constraint: Member must" in caught.message


def test_groups(iam, server, user):
    name = new_name("group")
    made = iam.create_group(GroupName=name, Path="/teams/")["Group"]
    assert made["Arn"] == f"arn:aws:iam::{server.account}:group/teams/{name}" and made["GroupId"].startswith("AGPA")
    with exists(f"Group with name {name} already exists."):
        iam.create_group(GroupName=name)
    assert iam.get_group(GroupName=name)["Users"] == []
    iam.add_user_to_group(GroupName=name, UserName=user)
    iam.add_user_to_group(GroupName=name, UserName=user)
    got = iam.get_group(GroupName=name)
    assert [entry["UserName"] for entry in got["Users"]] == [user] and got["Group"] == made
    assert iam.list_groups_for_user(UserName=user)["Groups"] == [made]
    assert made in everything(iam, "list_groups", "Groups", PathPrefix="/teams/")
    iam.update_group(GroupName=name, NewPath="/t/", NewGroupName=name + "x")
    assert iam.get_group(GroupName=name + "x")["Group"]["Path"] == "/t/"
    iam.remove_user_from_group(GroupName=name + "x", UserName=user)
    assert iam.list_groups_for_user(UserName=user)["Groups"] == []
    iam.delete_group(GroupName=name + "x")
    with no_entity():
        iam.get_group(GroupName=name + "x")
    with no_entity():
        iam.add_user_to_group(GroupName=name + "x", UserName=user)
    with no_entity():
        iam.list_groups_for_user(UserName=new_name())


def test_pages(iam):
    path = f"/{new_name('pages')}/"
    names = [new_name() for _ in range(5)]
    for name in names:
        iam.create_user(UserName=name, Path=path)
    first = iam.list_users(PathPrefix=path, MaxItems=2)
    assert first["IsTruncated"] is True and len(first["Users"]) == 2 and first["Marker"]
    last = iam.list_users(PathPrefix=path, MaxItems=5)
    assert last["IsTruncated"] is False and "Marker" not in last
    assert [entry["UserName"] for entry in everything(iam, "list_users", "Users", PathPrefix=path)] == sorted(names)
    for marker in ["x", "aGk", first["Marker"][:-3]]:
        with aws_error("ValidationError", "Invalid Marker."):
            iam.list_groups(Marker=marker)
    with aws_error("ValidationError", "Invalid Marker."):
        iam.list_roles(Marker=first["Marker"])


@pytest.mark.parametrize("size, bound", [(0, "greater than or equal to 1"), (1001, "less than or equal to 1000")])
def test_page_sizes_that_are_none(bad_iam, size, bound):
    with broken("maxItems", f"Member must have value {bound}"):
        bad_iam.list_users(MaxItems=size)


def test_access_keys(iam, server, user):
    made = iam.create_access_key(UserName=user)["AccessKey"]
    assert re.fullmatch("AKIA[A-Z0-9]{16}", made["AccessKeyId"]) and len(made["SecretAccessKey"]) == 40
    assert made["UserName"] == user and made["Status"] == "Active"
    theirs = aws.client(server, "sts", access_key=made["AccessKeyId"], secret_key=made["SecretAccessKey"])
    assert theirs.get_caller_identity()["Arn"] == f"arn:aws:iam::{server.account}:user/{user}"

    second = iam.create_access_key(UserName=user)["AccessKey"]["AccessKeyId"]
    with limit("Cannot exceed quota for AccessKeysPerUser: 2"):
        iam.create_access_key(UserName=user)
    listed = everything(iam, "list_access_keys", "AccessKeyMetadata", UserName=user)
    assert {entry["AccessKeyId"] for entry in listed} == {made["AccessKeyId"], second}
    assert all("SecretAccessKey" not in entry for entry in listed)

    iam.update_access_key(UserName=user, AccessKeyId=made["AccessKeyId"], Status="Inactive")
    with aws_error("InvalidClientTokenId", "The security token included in the request is invalid.", status=403):
        theirs.get_caller_identity()
    iam.update_access_key(UserName=user, AccessKeyId=made["AccessKeyId"], Status="Active")
    theirs.get_caller_identity()
    iam.delete_access_key(UserName=user, AccessKeyId=made["AccessKeyId"])
    with aws_error("InvalidClientTokenId", status=403):
        theirs.get_caller_identity()
    with no_entity(f"The Access Key with id {made['AccessKeyId']} cannot be found."):
        iam.delete_access_key(UserName=user, AccessKeyId=made["AccessKeyId"])


def test_last_used(iam, server, user):
    key = iam.create_access_key(UserName=user)["AccessKey"]
    use = iam.get_access_key_last_used(AccessKeyId=key["AccessKeyId"])
    assert use["UserName"] == user
    assert use["AccessKeyLastUsed"] == {"ServiceName": "N/A", "Region": "N/A"}
    aws.client(server, "sts", access_key=key["AccessKeyId"], secret_key=key["SecretAccessKey"]).get_caller_identity()
    deadline = time.monotonic() + 60  # uses are written twenty seconds later at most
    while "LastUsedDate" not in (use := iam.get_access_key_last_used(
            AccessKeyId=key["AccessKeyId"])["AccessKeyLastUsed"]) and time.monotonic() < deadline:
        time.sleep(0.5)
    assert use["ServiceName"] == "sts" and use["Region"] == server.region and use["LastUsedDate"]
    with aws_error("AccessDenied", status=403):
        iam.get_access_key_last_used(AccessKeyId="AKIA" + "A" * 16)


def test_a_user_may_do_what_its_policies_say(iam, server, user, group):
    key = iam.create_access_key(UserName=user)["AccessKey"]
    ecr = aws.client(server, access_key=key["AccessKeyId"], secret_key=key["SecretAccessKey"])
    with aws_error("AccessDeniedException") as caught:
        ecr.describe_repositories()
    assert f"User: arn:aws:iam::{server.account}:user/{user} is not authorized to perform: ecr:DescribeRepositories" \
        in caught.message and "because no identity-based policy allows the ecr:DescribeRepositories action" \
        in caught.message
    allow = {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "ecr:DescribeRepositories", "Resource": "*"}]}
    iam.put_group_policy(GroupName=group, PolicyName="look", PolicyDocument=json.dumps(allow))
    iam.add_user_to_group(GroupName=group, UserName=user)
    ecr.describe_repositories()
    deny = {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}]}
    iam.put_user_policy(UserName=user, PolicyName="none", PolicyDocument=json.dumps(deny))
    with aws_error("AccessDeniedException") as caught:
        ecr.describe_repositories()
    assert "with an explicit deny in an identity-based policy" in caught.message
    with aws_error("AccessDenied", status=403):
        aws.client(server, "iam", access_key=key["AccessKeyId"],
                   secret_key=key["SecretAccessKey"]).get_user(UserName=user)


def test_tags(iam, user):
    iam.tag_user(UserName=user, Tags=[{"Key": "a", "Value": "1"}, {"Key": "B", "Value": ""}])
    iam.tag_user(UserName=user, Tags=[{"Key": "a", "Value": "2"}])
    tags = everything(iam, "list_user_tags", "Tags", UserName=user)
    assert sorted(tags, key=lambda tag: tag["Key"]) == [{"Key": "B", "Value": ""}, {"Key": "a", "Value": "2"}]
    iam.untag_user(UserName=user, TagKeys=["a", "c"])
    assert iam.list_user_tags(UserName=user)["Tags"] == [{"Key": "B", "Value": ""}]
    with broken("tags.1.member.key", "Member must have length less than or equal to 128"):
        iam.tag_user(UserName=user, Tags=[{"Key": "k" * 129, "Value": ""}])
    with broken("tags", "Member must have length less than or equal to 50"):
        iam.tag_user(UserName=user, Tags=[{"Key": f"k{i}", "Value": ""} for i in range(51)])
    with aws_error(("LimitExceeded", "InvalidInput"), status=None):
        iam.tag_user(UserName=user, Tags=[{"Key": f"k{i}", "Value": ""} for i in range(50)])
    with aws_error("InvalidInput"):
        iam.tag_user(UserName=user, Tags=[{"Key": "aws:x", "Value": ""}])
    with no_entity():
        iam.tag_user(UserName=new_name(), Tags=[{"Key": "a", "Value": ""}])


def test_what_users_never_have(iam, user):
    assert iam.list_mfa_devices(UserName=user)["MFADevices"] == []
    assert iam.list_ssh_public_keys(UserName=user)["SSHPublicKeys"] == []
    assert iam.list_signing_certificates(UserName=user)["Certificates"] == []
    assert iam.list_service_specific_credentials(UserName=user)["ServiceSpecificCredentials"] == []
    assert iam.list_virtual_mfa_devices()["VirtualMFADevices"] == []
    assert iam.list_instance_profiles()["InstanceProfiles"] == []
    assert iam.list_server_certificates()["ServerCertificateMetadataList"] == []
    assert iam.list_saml_providers()["SAMLProviderList"] == []
    for call in (iam.get_login_profile, iam.delete_login_profile):
        with no_entity(f"Login Profile for User {user} cannot be found."):
            call(UserName=user)
    with no_entity():
        iam.get_account_password_policy()
    with no_entity():
        iam.list_mfa_devices(UserName=new_name())


def test_inline_policies(iam, user):
    document = json.dumps(DENY_DELETE)
    iam.put_user_policy(UserName=user, PolicyName="one", PolicyDocument=document)
    iam.put_user_policy(UserName=user, PolicyName="two", PolicyDocument=json.dumps(ALLOW_PULL))
    got = iam.get_user_policy(UserName=user, PolicyName="one")
    assert (got["UserName"], got["PolicyName"], got["PolicyDocument"]) == (user, "one", DENY_DELETE)
    assert everything(iam, "list_user_policies", "PolicyNames", UserName=user) == ["one", "two"]
    iam.delete_user_policy(UserName=user, PolicyName="one")
    with no_entity("The user policy with name one cannot be found."):
        iam.get_user_policy(UserName=user, PolicyName="one")
    for wrong in ["{", "[]", '{"Version":"2012-10-17"}', '{"Version":"2012-10-17","Statement":[{"Effect":"Maybe"}]}',
                  json.dumps({**ALLOW_PULL, "Version": "2020-01-01"})]:
        with aws_error("MalformedPolicyDocument"):
            iam.put_user_policy(UserName=user, PolicyName="one", PolicyDocument=wrong)
    assert iam.list_user_policies(UserName=user)["PolicyNames"] == ["two"]
    large = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "ecr:" + "a" * 2048,
                                                     "Resource": "*"}]}
    with limit("Maximum policy size of 2048 bytes exceeded for user " + user):
        iam.put_user_policy(UserName=user, PolicyName="large", PolicyDocument=json.dumps(large))
