"""The JSON API: typed, documented at /api/openapi.json and in docs/api.md."""
