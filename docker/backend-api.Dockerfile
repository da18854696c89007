# syntax=docker/dockerfile:1
FROM docker.io/library/golang:1.21-alpine AS build
WORKDIR /src
# Dependencies are a separate layer: a change of the sources does not download them again.
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 go build -trimpath -ldflags="-s -w" -o /out/backend-api ./cmd/server

# Alpine has the programs that the manifests call: /bin/sleep for the preStop hook, wget for the health check.
FROM docker.io/library/alpine:3.22
RUN apk add --no-cache ca-certificates tini tzdata \
    && addgroup -g 1001 -S app \
    && adduser -u 1001 -S -G app app
WORKDIR /app
COPY --from=build /out/backend-api ./
COPY --from=build /src/config/ ./config/
USER 1001:1001
EXPOSE 8080 50051 9090
HEALTHCHECK --interval=30s --timeout=3s --start-period=5s --retries=3 \
    CMD ["wget", "--quiet", "--spider", "http://127.0.0.1:8080/health"]
# The kernel drops signals that process 1 does not handle: tini runs as process 1 and forwards them.
ENTRYPOINT ["/sbin/tini", "--"]
CMD ["./backend-api"]
