"""Engine.IO's own websocket under gevent, as it is shipped: `python -m tests.live.stock`."""

from __future__ import annotations

from typing import Any

from flask import Flask
from flask_socketio import SocketIO
from gevent.pywsgi import WSGIServer

FRAMES = 60


def main() -> None:
    """Serves; tells whoever asks `go` sixty long events, and `/sent` how many it has said."""
    app = Flask("stock")
    options: dict[str, Any] = {"async_mode": "gevent", "transports": ["websocket"]}
    socketio = SocketIO(app, **options)
    sent = [0]

    @socketio.on("go")
    def go(_data: object) -> None:
        for number in range(FRAMES):
            socketio.emit("deed", {"seq": number, "words": "x" * 100_000})

    socket_class = socketio.server.eio._async["websocket"]  # type: ignore[attr-defined]
    say = socket_class.send

    def counted(self: object, message: object) -> object:
        answer = say(self, message)
        sent[0] += 1
        return answer

    socket_class.send = counted

    @app.get("/sent")
    def said() -> dict[str, int]:
        return {"sent": sent[0]}

    server = WSGIServer(("127.0.0.1", 0), app, log=None)
    server.start()
    print(server.server_port, flush=True)
    server.serve_forever()  # type: ignore[attr-defined]


if __name__ == "__main__":
    main()
