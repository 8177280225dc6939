"""Runs a command on a terminal of its own: waits for each text, and then presses keys.

    python3 terminal.py '[["Which template?", "\r"]]' command argument...

Prints all that the command printed; its exit code is the command's.
"""
import fcntl, json, os, pty, signal, struct, sys, termios

# A text that never comes ends this, and with its terminal the command.
signal.alarm(50)
steps = json.loads(sys.argv[1])
child, terminal = pty.fork()
if child == 0:
    os.execvp(sys.argv[2], sys.argv[2:])
fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack('HHHH', 24, 100, 0, 0))


def read():
    try:
        chunk = os.read(terminal, 65536)
    except OSError:  # Linux says so when the other end is gone
        chunk = b''
    sys.stdout.buffer.write(chunk)
    return chunk


def end():
    sys.stdout.flush()
    sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))


for text, keys in steps:
    seen = b''
    while text.encode() not in seen:
        chunk = read()
        if not chunk:
            end()
        seen += chunk
    os.write(terminal, keys.encode())
while read():
    pass
end()
