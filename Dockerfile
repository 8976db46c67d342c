# The REST API in a container, the trained model inside:
#   docker build -t tweetmoji . && docker run -dp 5005:5000 tweetmoji
# The same with the extra label, for Parquet, zstd, URLs and summaries:
#   docker build --target label -t tweetmoji-label .
# The same with the extras label and kuberay, for a Ray cluster:
#   docker build --target ray -t tweetmoji-ray .
# Builds with and without BuildKit; without it, name --target server, or every stage is made.
# PYTHON_IMAGE may be any image with Python 3.11 or newer and its venv module.
ARG PYTHON_IMAGE=python:3.11-slim-bookworm

# pip is in /opt/pip, outside the environment that it installs into: the image has none.
FROM ${PYTHON_IMAGE} AS pip
RUN python3 -m venv /opt/pip && python3 -m venv --without-pip /opt/tweetmoji
ENV PATH=/opt/pip/bin:$PATH \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_NO_CACHE_DIR=1 \
    PIP_ROOT_USER_ACTION=ignore

FROM pip AS requirements
COPY pyproject.toml deploy/list_requirements.py /build/
RUN python3 /build/list_requirements.py /build/pyproject.toml serve > /build/requirements.txt && \
    python3 /build/list_requirements.py /build/pyproject.toml label > /build/label.txt && \
    python3 /build/list_requirements.py /build/pyproject.toml kuberay > /build/kuberay.txt

# Before our own code, and from these lists alone: a change of the code, or of anything else in pyproject.toml,
# does not install the dependencies again.
FROM pip AS dependencies
COPY --from=requirements /build/requirements.txt /build/
COPY constraints.txt /build/
RUN pip --python /opt/tweetmoji/bin/python3 install -r /build/requirements.txt -c /build/constraints.txt

# The wheel, installed for the environment but into another folder: a layer with our code alone.
FROM pip AS wheel
COPY pyproject.toml README.md LICENSE NOTICE /build/source/
COPY src /build/source/src
RUN pip wheel --no-deps --wheel-dir /build/wheel /build/source && \
    pip --python /opt/tweetmoji/bin/python3 install --no-deps --prefix /build/installed /build/wheel/*.whl

FROM ${PYTHON_IMAGE} AS server
ENV PATH=/opt/tweetmoji/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    ORT_DISABLE_TELEMETRY=1 \
    TWEETMOJI_HOST=0.0.0.0 \
    TWEETMOJI_PORT=5000
# A number, not a name: an orchestrator can then see that it is not root.
USER 10001:10001
WORKDIR /work
EXPOSE 5000
# The check cannot see `serve --port`: for another port, set TWEETMOJI_PORT, which both read.
HEALTHCHECK --interval=30s --timeout=3s --start-period=5s --retries=3 CMD ["python3", "-c", "\
import http.client, os, sys; \
server = http.client.HTTPConnection('localhost', int(os.environ.get('TWEETMOJI_PORT') or 5000), timeout=2); \
server.request('GET', '/healthz'); \
sys.exit(server.getresponse().status != 200)"]
ENTRYPOINT ["tweetmoji"]
CMD ["serve"]
COPY --from=dependencies /opt/tweetmoji /opt/tweetmoji
COPY --from=wheel /build/installed /opt/tweetmoji
# Last, as it changes with every commit.
ARG PYTHON_IMAGE VERSION=unknown REVISION=unknown SOURCE=unknown
LABEL org.opencontainers.image.title="tweetmoji" \
      org.opencontainers.image.description="The emoji that fits a tweet best, with a confidence you can believe" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.source="${SOURCE}" \
      org.opencontainers.image.base.name="${PYTHON_IMAGE}"

# Only what the server does not have, into another folder: a layer of its own.
FROM dependencies AS label-dependencies
COPY --from=requirements /build/label.txt /build/
RUN pip --python /opt/tweetmoji/bin/python3 install --prefix /build/label -r /build/label.txt -c /build/constraints.txt

# MPLCONFIGDIR: with no home to write to, matplotlib would warn.
FROM server AS label
ENV MPLCONFIGDIR=/tmp/matplotlib
COPY --from=label-dependencies /build/label /opt/tweetmoji

FROM dependencies AS ray-dependencies
COPY --from=requirements /build/label.txt /build/kuberay.txt /build/
RUN pip --python /opt/tweetmoji/bin/python3 install --prefix /build/ray -r /build/label.txt -r /build/kuberay.txt \
    -c /build/constraints.txt

# Ray writes below /tmp alone. A cluster of it reports to nobody.
FROM server AS ray
ENV HOME=/tmp \
    MPLCONFIGDIR=/tmp/matplotlib \
    RAY_USAGE_STATS_ENABLED=0
COPY --from=ray-dependencies /build/ray /opt/tweetmoji

# The last stage is what a build without --target makes.
FROM server
