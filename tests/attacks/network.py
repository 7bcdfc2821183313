"""Attacks that carry something out, or ask a program outside: every kind of socket, and the kernel's other doors."""

from __future__ import annotations

from tests.attacks.attack import Attack, reaching

KIND = "network"

CODE = {
    "TCP to this machine": "import socket\nsocket.create_connection(('127.0.0.1', @TCP@), 2).send(b'@TOKEN@')",
    "TCP over IPv6": "import socket\nsocket.create_connection(('::1', @TCP6@), 2).send(b'@TOKEN@')",
    "UDP": "import socket\nsocket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'@TOKEN@', ('127.0.0.1', @UDP@))",
    "a name looked up": "import socket\nassert socket.getaddrinfo('example.org', 80)",
    "a raw packet": "import socket\nsocket.socket(socket.AF_PACKET, socket.SOCK_RAW)",
    "the kernel by netlink": "import socket\nsocket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)",
    "a virtual machine's host": "import socket\nsocket.socket(socket.AF_VSOCK, socket.SOCK_STREAM)",
    "a Unix socket by its path": "import socket\ns = socket.socket(socket.AF_UNIX); s.connect('@SOCKET@'); s.send(b'@TOKEN@')",
    "a Unix datagram by its path": "import socket\ns = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM); s.sendto(b'@TOKEN@', '@DATAGRAM@')",
    "a Unix socket by an abstract name": "import socket\ns = socket.socket(socket.AF_UNIX); s.connect('\\x00@ABSTRACT@'); s.send(b'@TOKEN@')",
    "the container service": "import socket\nsocket.socket(socket.AF_UNIX).connect('/var/run/docker.sock')",
    "a web page": "import urllib.request\nurllib.request.urlopen('http://127.0.0.1:@TCP@', timeout=2)",
    "a command that connects": "import subprocess, sys\nsubprocess.run([sys.executable, '-c', \"import socket; socket.create_connection(('127.0.0.1', @TCP@), 2)\"], check=True, stderr=subprocess.DEVNULL)",
    "a socket by ctypes": "import ctypes\nlibc = ctypes.CDLL(None)\nassert libc.socket(2, 1, 0) >= 0 or libc.syscall(41, 2, 1, 0) >= 0",
}

ATTACKS = [Attack(name, KIND, reaching(code)) for name, code in CODE.items()]
MEASURED = {"TCP to this machine": "succeeds, a file goes out"}
