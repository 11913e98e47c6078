"""TagResource, UntagResource, ListTagsForResource."""

import pytest

from support.expect import aws_error, invalid, no_repository


@pytest.fixture
def arn(server, repo):
    return f"arn:aws:ecr:{server.region}:{server.account}:repository/{repo}"


def tags(**pairs):
    return [{"Key": key, "Value": value} for key, value in pairs.items()]


def listed(ecr, arn):
    return {tag["Key"]: tag["Value"] for tag in ecr.list_tags_for_resource(resourceArn=arn)["tags"]}


def test_tag_and_untag(ecr, arn):
    assert ecr.list_tags_for_resource(resourceArn=arn)["tags"] == []
    answer = ecr.tag_resource(resourceArn=arn, tags=tags(a="1", A="2", empty=""))
    assert set(answer) == {"ResponseMetadata"}
    ecr.tag_resource(resourceArn=arn, tags=tags(a="new"))
    assert listed(ecr, arn) == {"a": "new", "A": "2", "empty": ""}
    ecr.untag_resource(resourceArn=arn, tagKeys=["a", "unknown"])
    assert listed(ecr, arn) == {"A": "2", "empty": ""}


def test_the_answer_is_an_empty_object(api, arn):
    assert api.call("TagResource", {"resourceArn": arn, "tags": tags(a="1")}).expect(200).body == b"{}"


def test_fifty_and_no_more(ecr, arn):
    fifty = [{"Key": f"k{number}", "Value": "v"} for number in range(50)]
    ecr.tag_resource(resourceArn=arn, tags=fifty)
    with aws_error("TooManyTagsException"):
        ecr.tag_resource(resourceArn=arn, tags=tags(one="more"))
    ecr.tag_resource(resourceArn=arn, tags=tags(k1="changed"))
    assert len(listed(ecr, arn)) == 50


def test_limits_of_a_tag(ecr, bad_ecr, arn):
    ecr.tag_resource(resourceArn=arn, tags=[{"Key": "k" * 128, "Value": "v" * 256},
                                            {"Key": "a +-=._:/@Z9", "Value": "ü"}])
    assert listed(ecr, arn)["k" * 128] == "v" * 256
    for key, value in (("", "v"), ("k" * 129, "v"), ("k", "v" * 257), ("aws:mine", "v"), ("AWS:mine", "v"),
                       ("a\nb", "v"), ("a*b", "v")):
        with aws_error(("InvalidTagParameterException", "InvalidParameterException")):
            bad_ecr.tag_resource(resourceArn=arn, tags=[{"Key": key, "Value": value}])
    with aws_error("InvalidTagParameterException"):
        bad_ecr.tag_resource(resourceArn=arn, tags=[{"Key": "twice", "Value": "1"}, {"Key": "twice", "Value": "2"}])
    assert len(listed(ecr, arn)) == 2


def test_create_with_bad_tags_creates_nothing(bad_ecr):
    for wrong, code in (([{"Key": "aws:x", "Value": "v"}], "InvalidTagParameterException"),
                        ([{"Key": f"k{n}", "Value": "v"} for n in range(51)], "TooManyTagsException")):
        with aws_error(code):
            bad_ecr.create_repository(repositoryName="tags/rolled-back", tags=wrong)
        with aws_error("RepositoryNotFoundException"):
            bad_ecr.describe_repositories(repositoryNames=["tags/rolled-back"])


@pytest.mark.parametrize("bad", ["nonsense", "arn:aws:s3:::bucket", "arn:aws:ecr:us-east-1:123456789012:registry",
                                 "arn:aws:ecr:us-east-1:123456789012:repository/", "arn:aws:ecr:::repository/a"])
def test_arns_that_are_none(bad_ecr, bad):
    message = invalid("resourceArn", "Invalid ARN")
    with aws_error("InvalidParameterException", message):
        bad_ecr.list_tags_for_resource(resourceArn=bad)
    with aws_error("InvalidParameterException", message):
        bad_ecr.tag_resource(resourceArn=bad, tags=tags(a="1"))
    with aws_error("InvalidParameterException", message):
        bad_ecr.untag_resource(resourceArn=bad, tagKeys=["a"])


def test_a_repository_that_is_not_there(ecr, server, arn):
    missing = arn.rsplit("/", 2)[0] + "/not/there"
    with aws_error("RepositoryNotFoundException", no_repository("not/there", server.account)):
        ecr.tag_resource(resourceArn=missing, tags=tags(a="1"))
    with aws_error("RepositoryNotFoundException", no_repository("not/there", server.account)):
        ecr.list_tags_for_resource(resourceArn=missing)


def test_tags_go_with_their_repository(ecr, arn, repo):
    ecr.tag_resource(resourceArn=arn, tags=tags(a="1"))
    ecr.delete_repository(repositoryName=repo)
    ecr.create_repository(repositoryName=repo)
    assert listed(ecr, arn) == {}
