"""Every operation of the installed botocore's ECR model against `berth operations --json`: names, members, errors."""

import json

import botocore.session
import pytest

from support import aws
from support.server import berth

# Issue by issue this list grows; what is not on it must be declared as missing, and answer so.
BUILT = {
    "CreateRepository", "DescribeRepositories", "DeleteRepository", "GetAuthorizationToken", "InitiateLayerUpload",
    "UploadLayerPart", "CompleteLayerUpload", "BatchCheckLayerAvailability", "GetDownloadUrlForLayer", "PutImage",
    "BatchGetImage", "BatchDeleteImage", "ListImages", "DescribeImages", "ListImageReferrers", "PutImageTagMutability",
    "TagResource", "UntagResource", "ListTagsForResource", "DescribeRegistry", "SetRepositoryPolicy",
    "GetRepositoryPolicy", "DeleteRepositoryPolicy", "PutRegistryPolicy", "GetRegistryPolicy", "DeleteRegistryPolicy",
    "GetAccountSetting", "PutAccountSetting",
}
# In newer SDKs, not yet in this botocore (ecr.md 13).
NEWER = {"StartReplicationBackfill", "StopReplicationBackfill", "ListReplicationBackfills",
         "DescribeReplicationBackfillResults"}
TYPES = {"string": {"string"}, "boolean": {"boolean"}, "integer": {"integer"}, "long": {"integer", "long"},
         "timestamp": {"timestamp"}, "blob": {"blob"}, "structure": {"structure"}, "list": {"list"}, "map": {"map"},
         "double": {"double", "number"}, "float": {"double", "number", "float"}}
MODEL = botocore.session.get_session().get_service_model("ecr")


@pytest.fixture(scope="module")
def ours():
    done = berth("operations", "--json")
    assert done.returncode == 0, done.stderr
    return {operation["name"]: operation for operation in json.loads(done.stdout)["operations"]}


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


def compare(where, theirs, ours, required, depth=0):
    """What differs between botocore's shape and ours."""
    members = theirs.members if theirs is not None else {}
    own = ours.get("members", {})
    for name in sorted(set(members) - set(own)):
        yield f"{where}: {name} is missing"
    for name in sorted(set(own) - set(members)):
        yield f"{where}: {name} is not in the model"
    for name in sorted(set(own) & set(members)):
        if required and own[name].get("required", False) != (name in theirs.required_members):
            yield f"{where}.{name}: required should be {name in theirs.required_members}"
        yield from compare_value(f"{where}.{name}", members[name], own[name], required, depth)


def compare_value(where, theirs, ours, required, depth):
    if ours["type"] not in TYPES[theirs.type_name]:
        yield f"{where}: {ours['type']}, not {theirs.type_name}"
    elif theirs.type_name == "structure" and depth < 8:
        yield from compare(where, theirs, ours, required, depth + 1)
    elif theirs.type_name == "list":
        yield from compare_value(f"{where}[]", theirs.member, ours["member"], required, depth)
    elif theirs.type_name == "map":
        yield from compare_value(f"{where}{{}}", theirs.value, ours["value"], required, depth)


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
