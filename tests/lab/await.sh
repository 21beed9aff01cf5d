# Read by the scripts of the lab: waits until a server greets. A port that can be connected to is not yet a server that answers.
#
#   await COMMAND...             until the command succeeds, as long as the process $server lives (if it is set)
#   greets ADDRESS PORT          a line of text comes by itself
#   greets_tls ADDRESS PORT BYE  likewise behind a TLS handshake; BYE is how one takes leave

await() {
    until "$@"; do
        if [ -n "${server:-}" ] && ! kill -0 "$server" 2>/dev/null; then
            echo "$0: the server ended while waiting for: $*" >&2
            exit 1
        fi
        sleep 0.05
    done
}

greets() {
    timeout 10 bash -c 'exec 3<>"/dev/tcp/$0/$1" && IFS= read -r line <&3 && [ -n "$line" ]' "$1" "$2" 2>/dev/null
}

greets_tls() {
    printf '%s\r\n' "$3" | timeout 10 openssl s_client -connect "$1:$2" -quiet 2>/dev/null | grep -q .
}
