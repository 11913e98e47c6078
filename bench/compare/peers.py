"""The servers that are measured: each started on loopback, with the same content, and stopped."""

import contextlib
import http.client
import os
import pathlib
import shutil
import subprocess
import time

from support import aws
from support.http import Http
from support.oci import OCI_MANIFEST, Oci, digest_of, with_query
from support.server import Server, free_port

from .measure import family

START_SECONDS = 30


class Peer:
    """`folder` is wiped at the end. `tls`: (certificate, key, CA) or None."""

    name = ""
    process = None

    def __init__(self, folder, tls=None):
        self.folder = pathlib.Path(folder)
        self.tls = tls
        self.address = f"127.0.0.1:{free_port()}"
        self.headers = {}
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)

    def pids(self):
        return family(self.process.pid)

    def resident_mib(self):
        """(now, the most since forget_peak) of the process and its children together."""
        now, most = 0, 0
        for pid in self.pids():
            fields = dict(line.split(":", 1) for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines())
            now += int(fields["VmRSS"].split()[0])
            most += int(fields["VmHWM"].split()[0])
        return now / 1024, most / 1024

    def forget_peak(self):
        for pid in self.pids():
            pathlib.Path(f"/proc/{pid}/clear_refs").write_text("5")

    def forget_files(self):
        """Out of the page cache with all it has stored, but for its database: that stays there in use, and who writes
        a part of a page that is not would have to read it first."""
        os.sync()
        for path in self.folder.rglob("*"):
            if path.is_file() and not path.match("*.db*"):
                with open(path, "rb") as file:
                    os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)

    def spawn(self, command, **environment):
        with open(self.folder / "log", "ab") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL,
                                            cwd=self.folder, env={**os.environ, **environment})
        with self.stopped_on_error():
            self.wait_until_ready()

    @contextlib.contextmanager
    def stopped_on_error(self):
        """While it starts, nobody else has it to stop it."""
        try:
            yield
        except BaseException:
            if self.process:
                self.process.terminate()
                self.process.wait()
            raise

    def wait_until_ready(self):
        deadline = time.monotonic() + START_SECONDS
        while True:
            with contextlib.suppress(OSError, http.client.HTTPException):
                self.request("GET", "/v2/")
                return
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{self.name} does not answer: {(self.folder / 'log').read_text()[-2000:]}")
            time.sleep(0.05)

    def stop(self):
        if self.process:
            self.process.terminate()
            self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    # content

    def request(self, method, target, body=None, headers=None):
        http = Http(f"{'https' if self.tls else 'http'}://{self.address}", self.tls and self.tls[2], timeout=120)
        return http.request(method, target, body, {**self.headers, **(headers or {})})

    def must(self, method, target, body=None, headers=None):
        answer = self.request(method, target, body, headers)
        if answer.status >= 300:
            raise RuntimeError(f"{self.name}: {method} {target}: {answer.status} {answer.body[:300]!r}")
        return answer

    def put_blob(self, repository, content):
        place = self.must("POST", f"/v2/{repository}/blobs/uploads/").header("Location")
        self.must("PUT", with_query(place, f"digest={digest_of(content)}"), content,
                  {"Content-Type": "application/octet-stream"})

    def put_manifest(self, repository, tag, content):
        self.must("PUT", f"/v2/{repository}/manifests/{tag}", content, {"Content-Type": OCI_MANIFEST})


class Berth(Peer):
    """Authorised in every request; log, limits and threads as they are by default."""

    name = "berth"

    def __init__(self, folder, tls=None, options=(), runner=(), start_seconds=START_SECONDS):
        super().__init__(folder, tls)
        # the one option, since zb pushes to repositories that are not there
        self.server = Server(self.folder, ["--registry-create-on-push", *options], listen=self.address, tls=tls)
        self.server.runner = list(runner)
        with self.stopped_on_error():
            self.server.init().start(start_seconds)
            oci = Oci(self.server, aws.registry_token(self.server))
        self.credentials = ":".join(oci.credentials)
        self.headers = {"Authorization": oci.authorization}

    @property
    def process(self):
        return self.server.process

    def signing(self):
        """What bench/load signs calls with."""
        keys = self.server.credentials
        return {"key": f"{keys['accessKeyId']}:{keys['secretAccessKey']}", "region": self.server.region}

    def stop(self):
        try:
            self.server.stop()
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)


class Nginx(Peer):
    """The same bytes as files, as fast as nginx can: the limit for content that never changes. PUT as well (WebDAV)."""

    name = "nginx"
    CONFIG = """
worker_processes auto;
daemon off;
pid {folder}/pid;
error_log {folder}/log error;
events {{ worker_connections 8192; }}
http {{
  access_log off;
  sendfile on;
  tcp_nopush on;
  keepalive_requests 1000000000;
  open_file_cache max=10000 inactive=10m;
  open_file_cache_valid 10m;
  default_type application/octet-stream;
  client_max_body_size 0;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/t1; fastcgi_temp_path {folder}/t2;
  uwsgi_temp_path {folder}/t3; scgi_temp_path {folder}/t4;
  server {{
    listen {address}{ssl} reuseport backlog=4096;
{tls}    root {folder}/files;
    location = /v2/ {{ return 200; }}
    location /up/ {{ dav_methods PUT; create_full_put_path on; }}
  }}
}}
"""

    def __init__(self, folder, tls=None):
        super().__init__(folder, tls)
        part = (f"    ssl_certificate {tls[0]}; ssl_certificate_key {tls[1]};\n"
                "    ssl_protocols TLSv1.2 TLSv1.3;\n") if tls else ""
        text = self.CONFIG.format(folder=self.folder, address=self.address, ssl=" ssl" if tls else "", tls=part)
        (self.folder / "files").mkdir()
        (self.folder / "nginx.conf").write_text(text)
        # workers as whoever we are, so that they get at the files
        self.spawn(["nginx", "-c", str(self.folder / "nginx.conf"),
                    *(["-g", "user root;"] if os.getuid() == 0 else [])])

    def _write(self, path, content):
        target = self.folder / "files" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)

    def put_blob(self, repository, content):
        self._write(f"v2/{repository}/blobs/{digest_of(content)}", content)

    def put_manifest(self, repository, tag, content):
        self._write(f"v2/{repository}/manifests/{tag}", content)


class Distribution(Peer):
    """Debian's docker-registry as its package configures it, but without users; or a newer one, by path."""

    name = "docker-registry"
    CONFIG = """
version: 0.1
log:
  fields:
    service: registry
storage:
  cache:
    blobdescriptor: inmemory
  filesystem:
    rootdirectory: {folder}/data
  delete:
    enabled: true
http:
  addr: {address}
  headers:
    X-Content-Type-Options: [nosniff]
{tls}health:
  storagedriver:
    enabled: true
    interval: 10s
    threshold: 3
"""

    def __init__(self, folder, tls=None, binary="docker-registry", name="docker-registry"):
        super().__init__(folder, tls)
        self.name = name
        part = f"  tls:\n    certificate: {tls[0]}\n    key: {tls[1]}\n" if tls else ""
        (self.folder / "config.yml").write_text(self.CONFIG.format(folder=self.folder, address=self.address, tls=part))
        self.spawn([binary, "serve", str(self.folder / "config.yml")], OTEL_TRACES_EXPORTER="none")


class Zot(Peer):
    """project-zot's zot by path, without users and extensions."""

    name = "zot"

    def __init__(self, folder, tls=None, binary="zot"):
        super().__init__(folder, tls)
        host, port = self.address.split(":")
        part = f', "tls": {{"cert": "{tls[0]}", "key": "{tls[1]}"}}' if tls else ""
        (self.folder / "config.json").write_text(
            f'{{"distSpecVersion": "1.1.1", "storage": {{"rootDirectory": "{self.folder}/data"}},\n'
            f' "http": {{"address": "{host}", "port": "{port}"{part}}}, "log": {{"level": "info"}}}}\n')
        self.spawn([binary, "serve", str(self.folder / "config.json")])


class Moto(Peer):
    """moto's server, which answers calls of the ECR API and keeps no layers."""

    name = "moto"

    def __init__(self, folder, tls=None):
        super().__init__(folder, tls)
        self.spawn(["moto_server", "-H", "127.0.0.1", "-p", self.address.split(":")[1]])

    def request(self, method, target, body=None, headers=None):
        return super().request(method, "/moto-api/" if target == "/v2/" else target, body, headers)

    def signing(self):
        return {"key": "AKIAEXAMPLE:secret", "region": "us-east-1"}
