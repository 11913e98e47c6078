"""The AWS SDK for JavaScript v3. The checks are in tests/js/ecr.mjs; here it is run in both places."""

import secrets


def test_ecr(place, js_folder):
    env = {} if place.tls else {"BERTH_ENDPOINT": place.server.url}
    said = place.run("node", js_folder / "ecr.mjs", f"js/{secrets.token_hex(4)}", env=env)
    assert said.splitlines()[-1] == "ok"
