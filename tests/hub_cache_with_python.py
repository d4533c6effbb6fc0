#!/usr/bin/env python3
"""Hugging Face's Python libraries and tlpipe with one hub cache, each using what the other wrote.

    PYTHONPATH=FOLDER/hf-stack tests/hub_cache_with_python.py TLPIPE

TLPIPE is the built program. A small hub on this machine serves the model of the tests' goldens; nothing else is reached.
"""
import hashlib, http.server, json, os, pathlib, signal, subprocess, sys, tempfile, threading, time

TLPIPE = os.path.abspath(sys.argv[1])
MODEL = pathlib.Path(__file__).parent / "Goldens" / "model" / "tiny-mlm"
FILES = {path.name: path.read_bytes() for path in MODEL.iterdir()}
COMMIT = "0123456789abcdef0123456789abcdef01234567"
REPO = "acme/tiny-bert"
WEIGHTS = "model.safetensors"
SHA256 = hashlib.sha256(FILES[WEIGHTS]).hexdigest()
requests, pause = [], threading.Event()


class Hub(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, status, headers, body=b""):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if "Content-Length" not in headers:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def do_GET(self):
        requests.append((self.command, self.path, self.headers.get("Range")))
        path = self.path.split("?")[0]
        name = path.rsplit("/", 1)[-1]
        if path.startswith(f"/api/models/{REPO}/tree/"):
            self.answer(200, {"Content-Type": "application/json"}, b"[]")
        elif path.startswith(f"/api/models/{REPO}"):
            body = json.dumps({"id": REPO, "modelId": REPO, "sha": COMMIT, "private": False, "tags": [], "downloads": 0, "likes": 0,
                               "siblings": [{"rfilename": f} for f in FILES]}).encode()
            self.answer(200, {"Content-Type": "application/json"}, body)
        elif path.startswith(f"/{REPO}/resolve/"):
            content = FILES.get(name)
            if content is None:
                self.answer(404, {"X-Error-Code": "EntryNotFound", "X-Repo-Commit": COMMIT})
            elif name == WEIGHTS:
                self.answer(302, {"Location": f"http://localhost:{self.server.server_port}/lfs/{name}", "X-Repo-Commit": COMMIT,
                                  "X-Linked-Etag": f'"{SHA256}"', "X-Linked-Size": str(len(content))})
            else:
                git = hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()
                self.send_file(content, {"X-Repo-Commit": COMMIT, "ETag": f'"{git}"'})
        elif path.startswith("/lfs/"):
            self.send_file(FILES[name], {"ETag": '"of-the-storage"'}, slow=pause.is_set())
        else:
            self.answer(404, {"X-Error-Code": "RepoNotFound"})

    do_HEAD = do_GET

    def send_file(self, content, headers, slow=False):
        start = int(self.headers["Range"][6:-1]) if self.headers.get("Range") else 0
        headers["Content-Length"] = str(len(content) - start)
        if start:
            headers["Content-Range"] = f"bytes {start}-{len(content) - 1}/{len(content)}"
        half = (len(content) - start) // 2 if slow else len(content)
        try:
            self.answer(206 if start else 200, headers, content[start:start + half])
            while pause.is_set() and slow:
                time.sleep(0.05)
            if slow and self.command == "GET":
                self.wfile.write(content[start + half:])
        except OSError:
            self.close_connection = True


def variables(home, offline=False):
    return {**os.environ, "HF_ENDPOINT": f"http://127.0.0.1:{server.server_port}", "HF_HOME": str(home), "XDG_CACHE_HOME": str(home / "xdg"),
            "HF_HUB_DISABLE_TELEMETRY": "1", "HF_HUB_OFFLINE": "1" if offline else "0", "HF_HUB_DISABLE_XET": "1"}


def config(folder):
    (folder / "configs").mkdir(parents=True)
    (folder / "configs" / "tiny.yaml").write_text(f"name: tiny\nroot: ..\nstages:\n  base: {{ uses: fetch-model, with: {{ model: {REPO} }} }}\n")
    return folder


def tlpipe(folder, home, *arguments, start=False, offline=False):
    command = [TLPIPE, "run", "configs/tiny.yaml", *arguments]
    process = subprocess.Popen(command, cwd=folder, env=variables(home, offline), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if start:
        return process
    output = ended_well(process)
    assert (folder / "outputs/tiny/base/model" / WEIGHTS).read_bytes() == FILES[WEIGHTS]
    return output


def python(code, home, start=False, offline=False):
    process = subprocess.Popen([sys.executable, "-c", code], env=variables(home, offline), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if start:
        return process
    return ended_well(process)


def ended_well(process):
    output = process.communicate()[0]
    assert process.returncode == 0, output
    return output


def weights_asked():
    return [r for r in requests if r[0] == "GET" and r[1].startswith("/lfs/")]


def wait_for(condition):
    for _ in range(1200):
        if condition():
            return
        time.sleep(0.05)
    raise AssertionError("it never came to that")


LOAD = f"""
from transformers import AutoModelForMaskedLM, AutoTokenizer
model = AutoModelForMaskedLM.from_pretrained("{REPO}"); tokenizer = AutoTokenizer.from_pretrained("{REPO}")
print(sum(p.numel() for p in model.parameters()), tokenizer("a b")["input_ids"])
"""
SNAPSHOT = f'from huggingface_hub import snapshot_download; print(snapshot_download("{REPO}", local_files_only=%s))'
DOWNLOAD = f'from huggingface_hub import hf_hub_download; print(hf_hub_download("{REPO}", "{WEIGHTS}"))'

server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hub)
threading.Thread(target=server.serve_forever, daemon=True).start()
with tempfile.TemporaryDirectory() as scratch:
    scratch = pathlib.Path(scratch)

    tlpipe(config(scratch / "a"), scratch / "hf-a")
    python(SNAPSHOT % True, scratch / "hf-a", offline=True)
    python(LOAD, scratch / "hf-a", offline=True)
    print("ok: Python loads, offline, what tlpipe fetched")

    for what, code in (("snapshot_download", SNAPSHOT % False), ("from_pretrained", LOAD)):
        python(code, scratch / f"hf-{what}")
        requests.clear()
        tlpipe(config(scratch / what), scratch / f"hf-{what}")
        assert not requests, requests
        tlpipe(config(scratch / f"{what}-offline"), scratch / f"hf-{what}", offline=True)
        print(f"ok: tlpipe uses what {what} fetched, and asks nobody")

    def partial(home):
        file = home / "hub/models--acme--tiny-bert/blobs" / f"{SHA256}.incomplete"
        return file.stat().st_size if file.exists() else 0

    half = len(FILES[WEIGHTS]) // 2
    pause.set()
    killed = tlpipe(config(scratch / "k"), scratch / "hf-k", start=True)
    wait_for(lambda: partial(scratch / "hf-k") == half)
    killed.send_signal(signal.SIGKILL)
    killed.communicate()
    pause.clear()
    requests.clear()
    python(DOWNLOAD, scratch / "hf-k")
    assert [r[2] for r in weights_asked()] == [f"bytes={half}-"], weights_asked()
    tlpipe(scratch / "k", scratch / "hf-k")
    print("ok: Python goes on where a killed tlpipe was")

    pause.set()
    requests.clear()
    first = python(DOWNLOAD, scratch / "hf-w", start=True)
    wait_for(weights_asked)
    second = tlpipe(config(scratch / "w"), scratch / "hf-w", start=True)
    wait_for(lambda: sum(r[1].endswith("/vocab.txt") for r in requests) > 0)
    time.sleep(1)
    pause.clear()
    ended_well(first)
    ended_well(second)
    assert len(weights_asked()) == 1, weights_asked()
    print("ok: tlpipe waits for Python's download of the same file")
