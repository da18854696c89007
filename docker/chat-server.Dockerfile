# syntax=docker/dockerfile:1
FROM docker.io/library/rust:1.75-alpine AS build
RUN apk add --no-cache musl-dev
WORKDIR /src
# Dependencies are a separate layer, compiled with an empty program: a change of the sources does not rebuild them.
COPY Cargo.toml Cargo.lock ./
RUN mkdir src \
    && echo 'fn main() {}' > src/main.rs \
    && cargo build --release --locked \
    && rm -r src
COPY . .
# Cargo compares file times, and the sources of the checkout may be older than the empty program.
RUN find src -name '*.rs' -exec touch {} + \
    && cargo build --release --locked

# Alpine has the programs that the manifests call: /bin/sleep for the preStop hook, wget for the health check.
FROM docker.io/library/alpine:3.22
RUN apk add --no-cache ca-certificates tini tzdata \
    && addgroup -g 1001 -S app \
    && adduser -u 1001 -S -G app app \
    && mkdir -p /app/config
WORKDIR /app
COPY --from=build /src/target/release/veza-chat-server ./
USER 1001:1001
EXPOSE 8081 9091
HEALTHCHECK --interval=30s --timeout=3s --start-period=5s --retries=3 \
    CMD ["wget", "--quiet", "--spider", "http://127.0.0.1:8081/health"]
# The kernel drops signals that process 1 does not handle: tini runs as process 1 and forwards them.
ENTRYPOINT ["/sbin/tini", "--"]
CMD ["./veza-chat-server"]
