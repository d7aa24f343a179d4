sqlite_version: str
sqlite_version_info: tuple[int, int, int]
