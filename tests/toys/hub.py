"""Hugging Face and Kaggle, played by an HTTP server on this machine."""

import hashlib
import io
import threading
import zipfile
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tweetmoji.data.sources.hub import HuggingFaceSource, KaggleSource
from tweetmoji.emotions import EMOTIONS


@dataclass(frozen=True)
class Response:
    """Status, body and headers of a response; its length is added."""

    status: int = 200
    body: bytes = b""
    headers: dict = field(default_factory=dict)


class FakeService:
    """Sends the response that `responses` holds for a path, and 404 elsewhere; `requests` lists the requests."""

    def __init__(self):
        self.responses = {}
        self.always = None
        self.silent = False
        self.requests = []
        self._closing = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._make_handler())
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def close(self):
        if not self._closing.is_set():
            self._closing.set()
            self._server.shutdown()
            self._server.server_close()
            self._thread.join()

    def _make_handler(service):  # noqa: N805 - self is the request's
        class Handler(BaseHTTPRequestHandler):
            def respond(self):
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                service.requests.append((self.command, self.path))
                if service.silent:
                    service._closing.wait()
                    return
                response = service.always or service.responses.get(self.path, Response(404))
                self.send_response(response.status)
                for name, value in response.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(response.body)))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(response.body)

            do_GET = do_HEAD = do_POST = respond  # noqa: N815 - http.server's names

            def log_message(self, *args):
                pass

        return Handler


class HuggingFace:
    """What the client library of Hugging Face requests."""

    source = HuggingFaceSource
    place = "Hugging Face dataset dair-ai/emotion"

    def offer(self, service, files):
        """Let the service offer the dataset of these ``text;label`` files."""
        for split, lines in files.items():
            rows = [line.rpartition(";") for line in lines.removesuffix("\n").split("\n")]
            self.offer_rows(service, split, [row[0] for row in rows], [EMOTIONS.index(row[2]) for row in rows])

    def offer_rows(self, service, split, texts, labels):
        import pyarrow as pa
        from pyarrow import parquet

        file = io.BytesIO()
        columns = {"text": pa.array(texts, pa.string()), "label": pa.array(labels, pa.int64())}
        parquet.write_table(pa.table(columns), file)
        self.offer_bytes(service, split, file.getvalue())

    def offer_bytes(self, service, split, content):
        name = "validation" if split == "val" else split
        path = f"/datasets/dair-ai/emotion/resolve/main/split/{name}-00000-of-00001.parquet"
        headers = {"ETag": f'"{hashlib.sha256(content).hexdigest()}"', "X-Repo-Commit": "0" * 40}
        service.responses[path] = Response(body=content, headers=headers)

    def spoil(self, service, files):
        """Let the service offer a truncated train split."""
        self.offer(service, files)
        self.offer_bytes(service, "train", next(iter(service.responses.values())).body[:-20])


class Kaggle:
    """What the client library of Kaggle requests."""

    source = KaggleSource
    place = "Kaggle dataset praveengovi/emotions-dataset-for-nlp"

    def offer(self, service, files):
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as zipped:
            for split, lines in files.items():
                zipped.writestr(f"{split}.txt", lines)
        self.offer_bytes(service, archive.getvalue())

    def offer_bytes(self, service, content):
        headers = {"Content-Type": "application/zip"}
        service.responses["/api/v1/datasets.DatasetApiService/DownloadDataset"] = Response(
            body=content, headers=headers
        )

    def spoil(self, service, files):
        self.offer(service, files)
        self.offer_bytes(service, next(iter(service.responses.values())).body[:-20])
