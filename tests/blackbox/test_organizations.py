"""AWS Organizations: the organization, accounts, service control policies."""

import json
import re

import pytest

from support import aws
from support.expect import aws_error
from support.identities import everything, new_name

DENY_PUSH = {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "ecr:PutImage", "Resource": "*"}]}
SCP = "SERVICE_CONTROL_POLICY"


@pytest.fixture(scope="module")
def account(organizations):
    status = organizations.create_account(Email=f"{new_name()}@example.com", AccountName="second")
    return status["CreateAccountStatus"]["AccountId"]


@pytest.fixture(scope="module")
def root(organizations):
    return organizations.list_roots()["Roots"][0]["Id"]


@pytest.fixture
def policy(organizations):
    made = organizations.create_policy(Content=json.dumps(DENY_PUSH), Description="no pushes", Name=new_name("scp"),
                                       Type=SCP)
    return made["Policy"]["PolicySummary"]["Id"]


def test_organization(organizations, server):
    found = organizations.describe_organization()["Organization"]
    assert re.fullmatch("o-[a-z0-9]{10,32}", found["Id"]) and found["FeatureSet"] == "ALL"
    assert found["Arn"] == f"arn:aws:organizations::{server.account}:organization/{found['Id']}"
    assert found["MasterAccountId"] == server.account and "@" in found["MasterAccountEmail"]
    assert found["MasterAccountArn"] == f"arn:aws:organizations::{server.account}:account/{found['Id']}/{server.account}"
    assert found["AvailablePolicyTypes"] == [{"Type": SCP, "Status": "ENABLED"}]
    (root,) = organizations.list_roots()["Roots"]
    assert re.fullmatch("r-[0-9a-z]{4,32}", root["Id"]) and root["Name"] == "Root"
    assert root["Arn"] == f"arn:aws:organizations::{server.account}:root/{found['Id']}/{root['Id']}"


def test_accounts(organizations, server, root):
    email = f"{new_name()}@example.com"
    status = organizations.create_account(Email=email, AccountName="third", RoleName="Admin")["CreateAccountStatus"]
    assert status["State"] == "SUCCEEDED" and re.fullmatch("car-[a-z0-9]{8,32}", status["Id"])
    assert re.fullmatch(r"\d{12}", status["AccountId"]) and status["AccountName"] == "third"
    again = organizations.describe_create_account_status(CreateAccountRequestId=status["Id"])["CreateAccountStatus"]
    assert again == status
    assert status in everything_by_token(organizations.list_create_account_status, "CreateAccountStatuses")

    found = organizations.describe_account(AccountId=status["AccountId"])["Account"]
    assert found["Email"] == email and found["Status"] == "ACTIVE" and found["JoinedMethod"] == "CREATED"
    assert found["Arn"].startswith(f"arn:aws:organizations::{server.account}:account/o-")
    accounts = everything(organizations, "list_accounts", "Accounts")
    assert found in accounts and server.account in [entry["Id"] for entry in accounts]
    assert found in everything(organizations, "list_accounts_for_parent", "Accounts", ParentId=root)
    parents = organizations.list_parents(ChildId=found["Id"])["Parents"]
    assert parents == [{"Id": root, "Type": "ROOT"}]

    failed = organizations.create_account(Email=email, AccountName="same")["CreateAccountStatus"]
    assert failed["State"] == "FAILED" and failed["FailureReason"] == "EMAIL_ALREADY_EXISTS"
    organizations.close_account(AccountId=found["Id"])
    assert organizations.describe_account(AccountId=found["Id"])["Account"]["Status"] == "SUSPENDED"
    with aws_error("AccountAlreadyClosedException"):
        organizations.close_account(AccountId=found["Id"])
    with aws_error("ConstraintViolationException") as caught:
        organizations.close_account(AccountId=server.account)
    assert caught.response["Reason"] == "CANNOT_CLOSE_MANAGEMENT_ACCOUNT"


def everything_by_token(call, key):
    found, token = [], {}
    while True:
        page = call(MaxResults=2, **token)
        found += page[key]
        if "NextToken" not in page:
            return found
        token = {"NextToken": page["NextToken"]}


def test_what_is_not_there(organizations, bad_organizations, root):
    with aws_error("AccountNotFoundException"):
        organizations.describe_account(AccountId="000000000001")
    with aws_error("CreateAccountStatusNotFoundException"):
        organizations.describe_create_account_status(CreateAccountRequestId="car-" + "a" * 32)
    with aws_error("ParentNotFoundException"):
        organizations.list_accounts_for_parent(ParentId="r-zzzz")
    with aws_error("ChildNotFoundException"):
        organizations.list_parents(ChildId="000000000001")
    with aws_error("PolicyNotFoundException"):
        organizations.describe_policy(PolicyId="p-aaaaaaaa")
    with aws_error("TargetNotFoundException"):
        organizations.list_policies_for_target(TargetId="000000000001", Filter=SCP)
    for call in (lambda: bad_organizations.describe_account(AccountId="x"),
                 lambda: bad_organizations.describe_account(),
                 lambda: bad_organizations.create_account(Email="nobody", AccountName="n"),
                 lambda: bad_organizations.list_accounts(MaxResults=21),
                 lambda: organizations.list_accounts(NextToken="?")):
        with aws_error("InvalidInputException") as caught:
            call()
        assert caught.response["Reason"]


def test_policies(organizations, server, account, root):
    name = new_name("scp")
    made = organizations.create_policy(Content=json.dumps(DENY_PUSH), Description="d", Name=name, Type=SCP)["Policy"]
    summary = made["PolicySummary"]
    assert re.fullmatch("p-[0-9a-z]{8,}", summary["Id"]) and json.loads(made["Content"]) == DENY_PUSH
    assert summary["Name"] == name and summary["AwsManaged"] is False and summary["Type"] == SCP
    assert organizations.describe_policy(PolicyId=summary["Id"])["Policy"] == made
    with aws_error("DuplicatePolicyException"):
        organizations.create_policy(Content=json.dumps(DENY_PUSH), Description="d", Name=name, Type=SCP)
    for content in ["{", "{}", '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"*"}]}']:
        with aws_error("MalformedPolicyDocumentException"):
            organizations.create_policy(Content=content, Description="", Name=new_name(), Type=SCP)
    with aws_error("PolicyTypeNotAvailableForOrganizationException"):
        organizations.create_policy(Content="{}", Description="", Name=new_name(), Type="TAG_POLICY")
    listed = everything(organizations, "list_policies", "Policies", Filter=SCP)
    assert summary in listed and "p-FullAWSAccess" in [entry["Id"] for entry in listed]
    assert organizations.list_policies(Filter="TAG_POLICY")["Policies"] == []
    changed = organizations.update_policy(PolicyId=summary["Id"], Name=name + "2", Description="e")["Policy"]
    assert changed["PolicySummary"]["Name"] == name + "2" and json.loads(changed["Content"]) == DENY_PUSH
    with aws_error("InvalidInputException") as caught:
        organizations.update_policy(PolicyId="p-FullAWSAccess", Name="x")
    assert caught.response["Reason"] == "IMMUTABLE_POLICY"

    organizations.attach_policy(PolicyId=summary["Id"], TargetId=account)
    with aws_error("DuplicatePolicyAttachmentException"):
        organizations.attach_policy(PolicyId=summary["Id"], TargetId=account)
    with aws_error("PolicyInUseException"):
        organizations.delete_policy(PolicyId=summary["Id"])
    attached = everything(organizations, "list_policies_for_target", "Policies", TargetId=account, Filter=SCP)
    assert {entry["Id"] for entry in attached} == {"p-FullAWSAccess", summary["Id"]}
    targets = everything(organizations, "list_targets_for_policy", "Targets", PolicyId=summary["Id"])
    assert [(entry["TargetId"], entry["Type"]) for entry in targets] == [(account, "ACCOUNT")]
    everywhere = everything(organizations, "list_targets_for_policy", "Targets", PolicyId="p-FullAWSAccess")
    assert (root, "ROOT") in [(entry["TargetId"], entry["Type"]) for entry in everywhere]
    organizations.detach_policy(PolicyId=summary["Id"], TargetId=account)
    with aws_error("PolicyNotAttachedException"):
        organizations.detach_policy(PolicyId=summary["Id"], TargetId=account)
    organizations.delete_policy(PolicyId=summary["Id"])
    with aws_error("PolicyNotFoundException"):
        organizations.describe_policy(PolicyId=summary["Id"])


def test_one_to_five_policies_on_a_target(organizations, account):
    made = []
    for _ in range(4):
        made.append(organizations.create_policy(Content=json.dumps(DENY_PUSH), Description="", Name=new_name("five"),
                                                Type=SCP)["Policy"]["PolicySummary"]["Id"])
        organizations.attach_policy(PolicyId=made[-1], TargetId=account)
    more = organizations.create_policy(Content=json.dumps(DENY_PUSH), Description="", Name=new_name("six"),
                                       Type=SCP)["Policy"]["PolicySummary"]["Id"]
    with aws_error("ConstraintViolationException") as caught:
        organizations.attach_policy(PolicyId=more, TargetId=account)
    assert caught.response["Reason"] == "MAX_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED"
    for policy in made:
        organizations.detach_policy(PolicyId=policy, TargetId=account)
    with aws_error("ConstraintViolationException") as caught:
        organizations.detach_policy(PolicyId="p-FullAWSAccess", TargetId=account)
    assert caught.response["Reason"] == "MIN_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED"


def test_policy_types(organizations, root):
    with aws_error("PolicyTypeAlreadyEnabledException"):
        organizations.enable_policy_type(RootId=root, PolicyType=SCP)
    with aws_error("PolicyTypeNotAvailableForOrganizationException"):
        organizations.enable_policy_type(RootId=root, PolicyType="TAG_POLICY")
    with aws_error("PolicyTypeNotEnabledException"):
        organizations.disable_policy_type(RootId=root, PolicyType="TAG_POLICY")
    with aws_error("InvalidInputException"):
        organizations.disable_policy_type(RootId=root, PolicyType=SCP)
    with aws_error("RootNotFoundException"):
        organizations.enable_policy_type(RootId="r-zzzz", PolicyType=SCP)


def test_unknown_operations(api):
    headers = {"Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": "AWSOrganizationsV20161128.DropAll"}
    reply = api.http.request("POST", "/", b"{}", api.signed(b"{}", headers, service="organizations"))
    assert reply.status == 400 and aws.aws_error(reply)[0] == "UnknownOperationException"
