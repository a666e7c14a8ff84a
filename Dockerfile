# The SPARQL endpoint as an image. It runs as an unprivileged user, and nothing in it needs to be written:
#
#     docker build -t glutakg .
#     docker run --rm --read-only --cap-drop ALL --security-opt no-new-privileges -p 127.0.0.1:7878:7878 glutakg
#
# `docker run … glutakg query protective-nutrients` runs another command. Java is not in it: no `glutakg reason`.
# tests/project/test_image.py carries out these steps without Docker.

FROM python:3.11-slim-bookworm AS build
WORKDIR /source
COPY pyproject.toml hatch_build.py README.md LICENSE ./
COPY data data
COPY ontology ontology
COPY queries queries
COPY src src
RUN python3 -m venv /opt/glutakg && /opt/glutakg/bin/pip install --no-cache-dir '.[server]'

FROM python:3.11-slim-bookworm
ENV PATH=/opt/glutakg/bin:/usr/local/bin:/usr/bin:/bin
ENV GLUTAKG_CACHE=/var/cache/glutakg
ENV PYTHONDONTWRITEBYTECODE=1
COPY --from=build /opt/glutakg /opt/glutakg
# The first answer builds the store, which everybody may read and nobody may change.
RUN glutakg info && chmod -R a=rX /var/cache/glutakg
USER 10001:10001
EXPOSE 7878
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s CMD ["python3", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:7878/health', timeout=4)"]
ENTRYPOINT ["glutakg"]
CMD ["serve", "--host", "0.0.0.0"]
