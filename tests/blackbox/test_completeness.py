"""`berth operations --json` against the installed botocore's models: names, members, rules, errors."""

import json
import pathlib
import re

import botocore.session
import pytest

from support import aws
from support.server import berth

# Issue by issue this list grows; what is not on it must be declared as missing, and answer so.
BUILT = {
    "CreateRepository", "DescribeRepositories", "DeleteRepository", "GetAuthorizationToken", "InitiateLayerUpload",
    "UploadLayerPart", "CompleteLayerUpload", "BatchCheckLayerAvailability", "GetDownloadUrlForLayer", "PutImage",
    "BatchGetImage", "BatchDeleteImage", "ListImages", "DescribeImages", "ListImageReferrers", "PutImageTagMutability",
    "UpdateImageStorageClass",
    "TagResource", "UntagResource", "ListTagsForResource", "DescribeRegistry", "SetRepositoryPolicy",
    "GetRepositoryPolicy", "DeleteRepositoryPolicy", "PutRegistryPolicy", "GetRegistryPolicy", "DeleteRegistryPolicy",
    "GetAccountSetting", "PutAccountSetting",
    "PutLifecyclePolicy", "GetLifecyclePolicy", "DeleteLifecyclePolicy", "StartLifecyclePolicyPreview",
    "GetLifecyclePolicyPreview", "RegisterPullTimeUpdateExclusion", "DeregisterPullTimeUpdateExclusion",
    "ListPullTimeUpdateExclusions",
    "CreateRepositoryCreationTemplate", "DescribeRepositoryCreationTemplates", "UpdateRepositoryCreationTemplate",
    "DeleteRepositoryCreationTemplate", "PutImageScanningConfiguration",
}
# In newer SDKs, not yet in this botocore (ecr.md 13).
NEWER = {"StartReplicationBackfill", "StopReplicationBackfill", "ListReplicationBackfills",
         "DescribeReplicationBackfillResults"}
TYPES = {"string": {"string"}, "boolean": {"boolean"}, "integer": {"integer"}, "long": {"integer", "long"},
         "timestamp": {"timestamp"}, "blob": {"blob"}, "structure": {"structure"}, "list": {"list"}, "map": {"map"},
         "double": {"double", "number"}, "float": {"double", "number", "float"}}
SESSION = botocore.session.get_session()
MODEL = SESSION.get_service_model("ecr")


@pytest.fixture(scope="module")
def services():
    done = berth("operations", "--json")
    assert done.returncode == 0, done.stderr
    return {service: {operation["name"]: operation for operation in operations}
            for service, operations in json.loads(done.stdout).items()}


@pytest.fixture(scope="module")
def ours(services):
    return services["ecr"]


def test_names(ours):
    assert set(MODEL.operation_names) <= set(ours), "operations that Berth does not know of"
    assert set(ours) - set(MODEL.operation_names) <= NEWER, "operations that ECR does not have"


def test_what_is_built(ours):
    assert {name for name, operation in ours.items() if operation["implemented"]} == BUILT


@pytest.mark.parametrize("name", sorted(BUILT))
def test_members(ours, name):
    model = MODEL.operation_model(name)
    differences = [*compare(f"{name}.input", model.input_shape, ours[name]["input"], required=True),
                   *compare(f"{name}.output", model.output_shape, ours[name]["output"], required=False)]
    assert not differences, "\n".join(differences)


@pytest.mark.parametrize("name", sorted(BUILT))
def test_errors(ours, name):
    theirs = {shape.name for shape in MODEL.operation_model(name).error_shapes}
    assert theirs == set(ours[name]["errors"])


# Of these services only what is built is in the table.
@pytest.mark.parametrize("service", ["ecr-public", "iam", "organizations", "sts"])
def test_other_services(services, service):
    """Members of what is asked with all their rules, members of what is answered by name and type."""
    model = SESSION.get_service_model(service)
    operations = services[service]
    assert operations and set(operations) <= set(model.operation_names)
    differences = []
    for name, operation in operations.items():
        theirs = model.operation_model(name)
        differences += [*compare(f"{name}.input", theirs.input_shape, operation["input"], required=True, rules=True),
                        *compare(f"{name}.output", theirs.output_shape, operation.get("output", {}), required=False)]
    assert not differences, "\n".join(differences)


def test_ecr_public_is_whole(services):
    model = SESSION.get_service_model("ecr-public")
    ours = services["ecr-public"]
    assert set(ours) == set(model.operation_names) and len(ours) == 23
    for name, operation in ours.items():
        assert operation["implemented"], name
        assert set(operation["errors"]) == {shape.name for shape in model.operation_model(name).error_shapes}, name


def test_extensions(services):
    """What clients get from packaging/aws is what is there."""
    model = aws.sdk()._session.get_service_model("berth")
    operations = services["berth"]
    assert set(operations) == set(model.operation_names)
    differences = []
    for name, operation in operations.items():
        theirs = model.operation_model(name)
        differences += [*compare(f"{name}.input", theirs.input_shape, operation["input"], required=True, rules=True),
                        *compare(f"{name}.output", theirs.output_shape, operation["output"], required=False)]
        assert {shape.name for shape in theirs.error_shapes} == set(operation["errors"]), name
    assert not differences, "\n".join(differences)


def test_the_readme_tells_what_is_built(services):
    text = (pathlib.Path(__file__).parents[2] / "README.md").read_text()
    for service, operations in services.items():
        for name, operation in operations.items():
            said = re.search(rf"^\| {name} \| (yes|no) \|$", text, re.M) if service == "ecr" else None
            if service == "ecr":
                assert said and (said[1] == "yes") == operation["implemented"], name
            else:
                assert re.search(rf"\b{name}\b", text), f"{service}: {name}"


# Shapes of STS whose patterns stand in no shape of ours: what they hold is parsed, which refuses more.
CHECKED_BY_STS = {"sessionPolicyDocumentType", "unrestrictedSessionPolicyDocumentType", "arnType", "tagKeyType",
                  "tagValueType"}


def compare_rules(where, theirs, ours):
    """The rules of a scalar or list that a request carries."""
    for rule in ("min", "max"):
        value = theirs.metadata.get(rule)
        implied = rule == "min" and value == 0
        if theirs.name == "markerType" and rule == "max":
            continue  # ours are longer
        if theirs.type_name != "structure" and ours.get(rule) not in ((None, 0) if implied else (value,)):
            yield f"{where}: {rule} is {ours.get(rule)}, not {value}"
    if theirs.type_name != "string":
        return
    if "pattern" not in ours and theirs.name in CHECKED_BY_STS:
        return
    if ours.get("pattern") != theirs.metadata.get("pattern"):
        yield f"{where}: pattern is {ours.get('pattern')}, not {theirs.metadata.get('pattern')}"
    if set(ours.get("enum", [])) != set(theirs.enum or []):
        yield f"{where}: enum is {ours.get('enum')}, not {theirs.enum}"


def compare(where, theirs, ours, required, depth=0, rules=False):
    """What differs between botocore's shape and ours."""
    members = theirs.members if theirs is not None else {}
    own = ours.get("members", {})
    if depth and not own:
        return  # an element of a list that is always empty
    for name in sorted(set(members) - set(own)):
        yield f"{where}: {name} is missing"
    for name in sorted(set(own) - set(members)):
        yield f"{where}: {name} is not in the model"
    for name in sorted(set(own) & set(members)):
        if required and own[name].get("required", False) != (name in theirs.required_members):
            yield f"{where}.{name}: required should be {name in theirs.required_members}"
        yield from compare_value(f"{where}.{name}", members[name], own[name], required, depth, rules)


def compare_value(where, theirs, ours, required, depth, rules):
    if rules:
        yield from compare_rules(where, theirs, ours)
    if ours["type"] not in TYPES[theirs.type_name]:
        yield f"{where}: {ours['type']}, not {theirs.type_name}"
    elif theirs.type_name == "structure" and depth < 8:
        yield from compare(where, theirs, ours, required, depth + 1, rules)
    elif theirs.type_name == "list":
        yield from compare_value(f"{where}[]", theirs.member, ours["member"], required, depth, rules)
    elif theirs.type_name == "map":
        yield from compare_value(f"{where}{{}}", theirs.value, ours["value"], required, depth, rules)


def example(shape, depth=0):
    """A small good value of a shape."""
    if shape.type_name == "structure":
        return {name: example(member, depth + 1) for name, member in shape.members.items()
                if name in shape.required_members}
    if shape.type_name == "list":
        return [example(shape.member, depth + 1)]
    if shape.type_name == "map":
        return {}
    if shape.type_name in ("integer", "long"):
        return 1
    if shape.type_name == "boolean":
        return True
    return shape.enum[0] if getattr(shape, "enum", None) else "x" * max(2, shape.metadata.get("min", 2))


@pytest.mark.parametrize("name", sorted(set(MODEL.operation_names) - BUILT))
def test_what_is_not_built_says_so(api, name):
    """An error that the operation declares, so that every SDK knows it."""
    model = MODEL.operation_model(name)
    reply = api.call(name, example(model.input_shape) if model.input_shape else {})
    declared = {shape.name for shape in model.error_shapes}
    assert reply.status in (400, 500, 501) and aws.aws_error(reply)[0] in declared, reply.body
