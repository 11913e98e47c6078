"""Terraform with the AWS provider, in a folder of its own."""

import functools
import os
import pathlib
import secrets
import shutil

VERSION = "5.100.0"
PROVIDER = f"""
terraform {{
  required_providers {{
    aws = {{
      source  = "hashicorp/aws"
      version = "{VERSION}"
    }}
  }}
}}

variable "name" {{ type = string }}

provider "aws" {{
%s}}
"""


@functools.cache
def provider_mirror():
    """The folder of a filesystem mirror with the AWS provider, wherever it is."""
    assert shutil.which("terraform"), "terraform is not installed"
    for top in [os.environ.get("BERTH_TERRAFORM_MIRROR"), "/opt", "/usr/share", "/usr/local", "/var", "/root"]:
        for path in pathlib.Path(top).glob(f"**/hashicorp/aws/{VERSION}") if top else []:
            return path.parents[3]
    raise AssertionError(f"no mirror of the AWS provider {VERSION} was found; BERTH_TERRAFORM_MIRROR names one")


class Workspace:
    """Called, it runs terraform where `place` runs commands: `workspace("plan")`, with `env` on top. `name`: what the
    variable of that name is. `provider`: lines of the provider's block."""

    def __init__(self, place, provider):
        self.place = place
        self.name = f"tf/{secrets.token_hex(4)}"
        self.folder = pathlib.Path(place.folder) / f"terraform-{secrets.token_hex(4)}"
        self.folder.mkdir()
        self.write("provider", PROVIDER % provider)
        (self.folder / "rc").write_text(
            f'provider_installation {{\n  filesystem_mirror {{\n    path = "{provider_mirror()}"\n  }}\n}}\n')

    def write(self, name, text):
        (self.folder / f"{name}.tf").write_text(text)

    def __call__(self, *arguments, env=None, **more):
        return self.place.run("env", "-u", "AWS_ENDPOINT_URL", "terraform", *arguments, "-no-color", cwd=self.folder, env={
            "TF_CLI_CONFIG_FILE": str(self.folder / "rc"), "TF_VAR_name": self.name, "TF_IN_AUTOMATION": "1",
            "CHECKPOINT_DISABLE": "1", **(env or {})}, **more)
