"""The drafting table: General Assembly resolutions, drafted together."""
